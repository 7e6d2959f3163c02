#include "harness/logs/log_ingest.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace twelve {
namespace {

using std::chrono::seconds;

const TimePoint kAt{seconds(1)};
const WallTime kWall{seconds(2)};

std::vector<std::string> Texts(const std::vector<LogLine>& lines) {
  std::vector<std::string> texts;
  for (const LogLine& line : lines) texts.push_back(line.text);
  return texts;
}

// Writes what it gets as a printer would: never the same byte twice.
class Printer final : public LogTap {
 public:
  void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) override {
    EXPECT_EQ(source, "web.1");
    EXPECT_EQ(stream, LogStream::kStdout);
    ++calls;
    for (const RawLine& line : lines) {
      printed += line.bytes.substr(line.shown);
      if (line.complete && !line.continued) printed += line.partial ? "%" : "\n";
    }
  }
  std::string printed;
  int calls = 0;
};

TEST(LogIngest, PutsTheLinesOfAReadIntoTheStore) {
  LogStore store;
  LogIngest ingest(&store, "web.1", LogStream::kStderr);
  ingest.Bytes("ERROR one\r\ntwo\nthr", kAt, kWall);
  ingest.Bytes("ee\n", TimePoint(seconds(3)), WallTime(seconds(4)));
  const std::vector<LogLine> lines = store.Read(0, 10);
  EXPECT_EQ(Texts(lines), (std::vector<std::string>{"ERROR one", "two", "three"}));
  EXPECT_EQ(lines[0].level, LogLevel::kError);
  EXPECT_EQ(lines[0].stream, LogStream::kStderr);
  EXPECT_EQ(lines[0].at, kAt);
  EXPECT_EQ(lines[0].wall, kWall);
  EXPECT_EQ(lines[2].at, TimePoint(seconds(3)));
  EXPECT_EQ(store.Sources()[lines[0].source], "web.1");
  EXPECT_EQ(ingest.lines(), 3U);
}

TEST(LogIngest, KeepsTheLastWordsWithoutNewline) {
  LogStore store;
  LogIngest ingest(&store, "web.1", LogStream::kStdout);
  ingest.Bytes("a\nlast words", kAt, kWall);
  ingest.End(kAt, kWall);
  const std::vector<LogLine> lines = store.Read(0, 10);
  EXPECT_EQ(Texts(lines), (std::vector<std::string>{"a", "last words"}));
  EXPECT_FALSE(lines[0].partial);
  EXPECT_TRUE(lines[1].partial);
  ingest.End(kAt, kWall);
  EXPECT_EQ(store.Counts().next, 2U);
}

TEST(LogIngest, CleansEachLineOfABatchIntoItsOwnPlace) {
  LogStore store;
  LogIngest ingest(&store, "web.1", LogStream::kStdout);
  ingest.Bytes("plain\n\x1b[31mred\x1b[0m \xff\nplain again\n\x1b[32mgreen", kAt, kWall);
  ingest.Bytes("\x1b[0m\n", kAt, kWall);
  const std::vector<LogLine> lines = store.Read(0, 10);
  EXPECT_EQ(Texts(lines),
            (std::vector<std::string>{"plain", "red \uFFFD", "plain again", "green"}));
  EXPECT_TRUE(lines[0].spans.empty());
  EXPECT_EQ(lines[1].spans,
            (std::vector<ColorSpan>{{0, 3, ColorSpan::Kind::kIndexed, 1, 0, 0, false}}));
  EXPECT_TRUE(lines[2].spans.empty());
  EXPECT_EQ(lines[3].spans,
            (std::vector<ColorSpan>{{0, 5, ColorSpan::Kind::kIndexed, 2, 0, 0, false}}));
}

TEST(LogIngest, APromptShowsAndItsTextIsNeitherLostNorDoubled) {
  LogStore store;
  Printer printer;
  LogIngest ingest(&store, "web.1", LogStream::kStdout);
  ingest.AddTap(&printer);
  EXPECT_FALSE(ingest.Pausable());
  ingest.Bytes("hi\nName? ", kAt, kWall);
  EXPECT_TRUE(ingest.Pausable());
  EXPECT_TRUE(store.OpenLines().empty());
  ingest.Pause(kAt, kWall);
  EXPECT_FALSE(ingest.Pausable());
  ASSERT_EQ(store.OpenLines().size(), 1U);
  EXPECT_EQ(store.OpenLines()[0].text, "Name? ");
  EXPECT_EQ(store.Counts().next, 1U);
  EXPECT_EQ(printer.printed, "hi\nName? ");

  ingest.Bytes("\x1b[1mJ", kAt, kWall);
  ingest.Pause(kAt, kWall);
  EXPECT_EQ(store.OpenLines()[0].text, "Name? J");
  ingest.Bytes("oe\nnext\n", kAt, kWall);
  EXPECT_TRUE(store.OpenLines().empty());
  EXPECT_EQ(Texts(store.Read(0, 10)), (std::vector<std::string>{"hi", "Name? Joe", "next"}));
  EXPECT_EQ(printer.printed, "hi\nName? \x1b[1mJoe\nnext\n");
}

TEST(LogIngest, APromptAtTheEndBecomesAPartialLine) {
  LogStore store;
  Printer printer;
  LogIngest ingest(&store, "web.1", LogStream::kStdout);
  ingest.AddTap(&printer);
  ingest.Bytes("Name? ", kAt, kWall);
  ingest.Pause(kAt, kWall);
  ingest.End(kAt, kWall);
  EXPECT_TRUE(store.OpenLines().empty());
  EXPECT_EQ(Texts(store.Read(0, 10)), std::vector<std::string>{"Name? "});
  EXPECT_EQ(printer.printed, "Name? %");
}

TEST(LogIngest, TapsGetRawBytesWithoutAStoreAndOneCallForEachRead) {
  Printer printer;
  LogIngest ingest(nullptr, "web.1", LogStream::kStdout);
  ingest.AddTap(&printer);
  ingest.Bytes("a\x1b[2J\nb\nc", kAt, kWall);
  EXPECT_EQ(printer.calls, 1);
  ingest.Bytes("d", kAt, kWall);
  EXPECT_EQ(printer.calls, 1);
  ingest.End(kAt, kWall);
  EXPECT_EQ(printer.printed, "a\x1b[2J\nb\ncd%");
  ingest.RemoveTap(&printer);
  ingest.Bytes("gone\n", kAt, kWall);
  EXPECT_EQ(printer.calls, 2);
}

// Pauses anywhere change nothing of what is kept and printed.
TEST(LogIngest, AnyReadsAndPausesGiveTheSameLines) {
  std::mt19937 random(90);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    const bool long_lines = round % 30 == 0;
    for (int i = 0; i < 40; ++i) {
      bytes += std::vector<std::string>{"\n",
                                        "\r\n",
                                        "word ",
                                        "\x1b[31m",
                                        "\x1b[0m",
                                        "€",
                                        std::string(long_lines ? 30000 : 30, 'x')}[random() % 7];
    }
    LogStore expected_store;
    LogIngest whole(&expected_store, "web.1", LogStream::kStdout);
    whole.Bytes(bytes, kAt, kWall);
    whole.End(kAt, kWall);

    LogStore store;
    Printer printer;
    LogIngest ingest(&store, "web.1", LogStream::kStdout);
    ingest.AddTap(&printer);
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::string chunk(rest.substr(0, 1 + random() % (long_lines ? 70000 : 9)));
      rest.remove_prefix(chunk.size());
      ingest.Bytes(chunk, kAt, kWall);
      if (random() % 2 == 0) ingest.Pause(kAt, kWall);
    }
    ingest.End(kAt, kWall);
    const std::vector<LogLine> expected = expected_store.Read(0, 100000);
    const std::vector<LogLine> lines = store.Read(0, 100000);
    ASSERT_EQ(Texts(lines), Texts(expected));
    for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i].spans, expected[i].spans);
    EXPECT_TRUE(store.OpenLines().empty());

    std::string printed = bytes;
    for (std::size_t at; (at = printed.find("\r\n")) != std::string::npos;) printed.erase(at, 1);
    if (printed.back() != '\n') printed += '%';
    // A "\r" that was shown before its "\n" came stays shown; nothing else may differ.
    std::string without_returns = printer.printed;
    std::erase(without_returns, '\r');
    std::erase(printed, '\r');
    ASSERT_EQ(without_returns, printed);
  }
}

}  // namespace
}  // namespace twelve
