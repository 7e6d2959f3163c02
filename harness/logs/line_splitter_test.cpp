#include "harness/logs/line_splitter.h"

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace twelve {
namespace {

struct Line {
  std::string bytes;
  bool continued = false;
  bool partial = false;
  friend bool operator==(const Line&, const Line&) = default;
};

std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << '"' << line.bytes << '"' << (line.continued ? " continued" : "")
             << (line.partial ? " partial" : "");
}

// Feeds chunks of the given lengths, then the rest at once; copies at once, as the views end with
// the next call.
std::vector<Line> Split(std::string_view bytes, const std::vector<std::size_t>& lengths,
                        std::size_t cap = LineSplitter::kCap) {
  LineSplitter splitter(cap);
  std::vector<Line> lines;
  std::vector<SplitLine> split;
  const auto take = [&] {
    for (const SplitLine& line : split) {
      lines.push_back({std::string(line.bytes), line.continued, line.partial});
    }
    split.clear();
  };
  for (const std::size_t length : lengths) {
    const std::string chunk(bytes.substr(0, length));
    bytes.remove_prefix(chunk.size());
    splitter.Feed(chunk, split);
    take();
  }
  splitter.Feed(bytes, split);
  take();
  splitter.Flush(split);
  take();
  return lines;
}

TEST(LineSplitter, GivesCompleteLinesAndKeepsTheRest) {
  LineSplitter splitter;
  std::vector<SplitLine> lines;
  splitter.Feed("one\ntwo\nthr", lines);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (SplitLine{"one", false, false}));
  EXPECT_EQ(lines[1], (SplitLine{"two", false, false}));
  EXPECT_EQ(splitter.Pending(), "thr");
  lines.clear();
  splitter.Feed("ee\n", lines);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].bytes, "three");
  EXPECT_EQ(splitter.Pending(), "");
}

TEST(LineSplitter, LinesOfOneReadPointIntoIt) {
  LineSplitter splitter;
  std::vector<SplitLine> lines;
  const std::string bytes = "one\ntwo\n";
  splitter.Feed(bytes, lines);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].bytes.data(), bytes.data());
  EXPECT_EQ(lines[1].bytes.data(), bytes.data() + 4);
}

TEST(LineSplitter, FlushGivesTheUnterminatedLineAsPartialOnce) {
  EXPECT_EQ(Split("a\nlast words", {}), (std::vector<Line>{{"a"}, {"last words", false, true}}));
  EXPECT_EQ(Split("a\n", {}), (std::vector<Line>{{"a"}}));
  EXPECT_EQ(Split("", {}), std::vector<Line>{});
}

TEST(LineSplitter, StripsOneCarriageReturnBeforeTheNewlineAlsoAcrossReads) {
  const std::vector<Line> expected{{"a"}, {"b\r"}, {""}, {"c\rd"}, {"e\r", false, true}};
  const std::string bytes = "a\r\nb\r\r\n\r\nc\rd\ne\r";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(Split(bytes, {cut}), expected) << "cut after " << cut;
  }
}

TEST(LineSplitter, KeepsEmptyLinesAndNulBytes) {
  EXPECT_EQ(Split(std::string_view("\n\na\0b\n", 6), {}),
            (std::vector<Line>{{""}, {""}, {std::string("a\0b", 3)}}));
}

TEST(LineSplitter, ALineOfExactlyTheCapStaysWholeWithAnyEnd) {
  const std::string line(16, 'x');
  for (const std::string end : {"\n", "\r\n"}) {
    EXPECT_EQ(Split(line + end + "y\n", {}, 16), (std::vector<Line>{{line}, {"y"}}));
    EXPECT_EQ(Split(line + end + "y\n", {17}, 16), (std::vector<Line>{{line}, {"y"}}));
  }
  EXPECT_EQ(Split(line, {}, 16), (std::vector<Line>{{line, false, true}}));
}

TEST(LineSplitter, CutsLongerLinesIntoContinuedPieces) {
  const std::string bytes = "0123456789abcdef0123456789abcdef01234567\n";
  EXPECT_EQ(
      Split(bytes, {}, 16),
      (std::vector<Line>{{"0123456789abcdef", true}, {"0123456789abcdef", true}, {"01234567"}}));
  EXPECT_EQ(Split("0123456789abcdefg", {}, 16),
            (std::vector<Line>{{"0123456789abcdef", true}, {"g", false, true}}));
}

TEST(LineSplitter, NeverCutsAUtf8Character) {
  // 15 + 4 bytes: the character would begin inside the cap and end beyond it.
  const std::string snake = "\xF0\x9F\x90\x8D";
  EXPECT_EQ(Split(std::string(15, 'x') + snake + "\n", {}, 16),
            (std::vector<Line>{{std::string(15, 'x'), true}, {snake}}));
  EXPECT_EQ(Split(std::string(12, 'x') + snake + "y\n", {}, 16),
            (std::vector<Line>{{std::string(12, 'x') + snake, true}, {"y"}}));
}

TEST(LineSplitter, KeepsAtMostTheCapAndOneByteOfAnEndlessLine) {
  LineSplitter splitter;
  std::vector<SplitLine> lines;
  std::size_t given = 0;
  for (int i = 0; i < 1000; ++i) {
    lines.clear();
    splitter.Feed(std::string(9973, 'x'), lines);
    for (const SplitLine& line : lines) given += line.bytes.size();
    ASSERT_LE(splitter.Pending().size(), LineSplitter::kCap + 1);
  }
  EXPECT_EQ(given + splitter.Pending().size(), 9973000U);
}

// The promise: lines depend on the bytes, never on how they were read.
TEST(LineSplitter, AnyChunkingGivesTheSameLines) {
  std::mt19937 random(12);
  const char* const pieces[] = {"\n",           "\r",   "\r\n", "a",       "\xF0\x9F\x90\x8D",
                                "\xE2\x82\xAC", "\x80", "\x01", "xxxxxxxx"};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    const std::size_t count = random() % 60;
    // Rounds with few newlines test the cap.
    const std::size_t first = round % 3 == 0 ? 1 : 0;
    while (bytes.size() < count) bytes += pieces[first + random() % (std::size(pieces) - first)];
    const std::vector<Line> whole = Split(bytes, {}, 16);
    std::vector<std::size_t> lengths;
    for (std::size_t sum = 0; sum < bytes.size(); sum += lengths.back()) {
      lengths.push_back(random() % (round % 2 == 0 ? 4 : 25));
    }
    ASSERT_EQ(Split(bytes, lengths, 16), whole) << "round " << round;
    ASSERT_EQ(Split(bytes, std::vector<std::size_t>(bytes.size(), 1), 16), whole);
  }
}

TEST(LineSplitter, NoByteIsLostOrDoubled) {
  std::mt19937 random(34);
  for (int round = 0; round < 1000; ++round) {
    std::string bytes;
    const std::size_t length = random() % 100;
    for (std::size_t i = 0; i < length; ++i) bytes += "\nab\xE2\x82\xAC"[random() % 6];
    std::string joined;
    for (const Line& line : Split(bytes, {random() % 50, random() % 50}, 16)) {
      joined += line.bytes;
      if (!line.continued && !line.partial) joined += '\n';
    }
    ASSERT_EQ(joined, bytes);
  }
}

}  // namespace
}  // namespace twelve
