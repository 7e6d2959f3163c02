#include "harness/logs/text_cleaner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace twelve {
namespace {

using Kind = ColorSpan::Kind;

struct Cleaned {
  std::string text;
  std::vector<ColorSpan> spans;
};

Cleaned CleanWith(TextCleaner& cleaner, std::string_view line) {
  Cleaned cleaned;
  cleaner.Clean(line, cleaned.text, cleaned.spans);
  return cleaned;
}
Cleaned Clean(std::string_view line) {
  TextCleaner cleaner;
  return CleanWith(cleaner, line);
}

TEST(TextCleaner, LeavesOrdinaryLinesAlone) {
  const TextCleaner cleaner;
  for (const std::string_view line :
       {"", "a", "GET /health 200", "tab\tbed, and longer than eight bytes", "größer € 🐍 \u00A0",
        "exactly8", "~~~~~~~~~~~~~~~~"}) {
    EXPECT_TRUE(cleaner.Untouched(line)) << line;
    EXPECT_EQ(Clean(line).text, line);
  }
}

TEST(TextCleaner, ShowsControlCharactersWhereverTheyStand) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string line(20, 'x');
    line[at] = '\0';
    std::string expected(20, 'x');
    expected.replace(at, 1, "␀");
    EXPECT_FALSE(TextCleaner().Untouched(line));
    EXPECT_EQ(Clean(line).text, expected);
  }
  EXPECT_EQ(Clean("10%\r20%\a\b\x7f\n").text, "10%␍20%␇␈␡␊");
  EXPECT_EQ(Clean("next\xC2\x85line\xC2\x9B").text, "next\uFFFDline\uFFFD");  // C1
}

TEST(TextCleaner, ReplacesEachInvalidPieceByOneMark) {
  EXPECT_EQ(Clean("a\xFFz").text, "a\uFFFDz");
  EXPECT_EQ(Clean("\x80\x80").text, "\uFFFD\uFFFD");
  EXPECT_EQ(Clean("\xE2\x82").text, "\uFFFD");  // cut at the end: one piece
  EXPECT_EQ(Clean("\xE2\x82z").text, "\uFFFDz");
  EXPECT_EQ(Clean("\xF0\x9F\x90z").text, "\uFFFDz");
  EXPECT_EQ(Clean("\xC0\xAF").text, "\uFFFD\uFFFD");  // overlong
  EXPECT_EQ(Clean("\xE0\x80\xAF").text, "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Clean("\xED\xA0\x80").text, "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(Clean("\xF4\x90\x80\x80").text, "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
  EXPECT_EQ(Clean("\xF4\x8F\xBF\xBF").text, "\xF4\x8F\xBF\xBF");
}

TEST(TextCleaner, RemovesSequencesThatATerminalWouldObey) {
  EXPECT_EQ(Clean("a\x1b[2J\x1b[1;1Hb").text, "ab");      // clear screen, move
  EXPECT_EQ(Clean("a\x1b]0;new title\ab").text, "ab");    // title, BEL
  EXPECT_EQ(Clean("a\x1b]52;c;aGk=\x1b\\b").text, "ab");  // clipboard, ST
  EXPECT_EQ(Clean("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\!").text, "link!");
  EXPECT_EQ(Clean("a\x1bP1$r0m\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x1b\\d\x1bXsos\x1b\\e").text, "abcde");
  EXPECT_EQ(Clean("a\x1b(Bb\x1b"
                  "7c\x1b"
                  "cd")
                .text,
            "abcd");
  EXPECT_EQ(Clean("a\x1b[?25lb\x1b[>4;2mc\x1b[ qd").text, "abcd");  // private modes, cursor
}

TEST(TextCleaner, ShowsBrokenSequencesInsteadOfLosingText) {
  EXPECT_EQ(Clean("a\x1b").text, "a␛");
  EXPECT_EQ(Clean("a\x1b[31").text, "a␛[31");
  EXPECT_EQ(Clean("a\x1b[3\x01m").text, "a␛[3␁m");
  EXPECT_EQ(Clean("a\x1b]0;title without end").text, "a␛]0;title without end");
  EXPECT_EQ(Clean("a\x1bPq\ab").text, "a␛Pq␇b");  // BEL ends OSC only
  EXPECT_EQ(Clean("a\x1b[31é").text, "a␛[31é");
}

TEST(TextCleaner, GivesColoursAsSpans) {
  const Cleaned cleaned = Clean("ok \x1b[1;31mERROR\x1b[0m é\x1b[94mblue");
  EXPECT_EQ(cleaned.text, "ok ERROR éblue");
  EXPECT_EQ(cleaned.spans, (std::vector<ColorSpan>{{3, 5, Kind::kIndexed, 1, 0, 0, true},
                                                   {11, 4, Kind::kIndexed, 12, 0, 0, false}}));
}

TEST(TextCleaner, ReadsAllFormsOfColours) {
  const auto style = [](std::string_view sequence) {
    const Cleaned cleaned = Clean(std::string(sequence) + "x");
    EXPECT_EQ(cleaned.text, "x") << sequence;
    return cleaned.spans.empty() ? ColorSpan{} : cleaned.spans[0];
  };
  EXPECT_EQ(style("\x1b[38;5;208m"), (ColorSpan{0, 1, Kind::kIndexed, 208, 0, 0, false}));
  EXPECT_EQ(style("\x1b[38:5:208m"), (ColorSpan{0, 1, Kind::kIndexed, 208, 0, 0, false}));
  EXPECT_EQ(style("\x1b[38;2;1;2;3m"), (ColorSpan{0, 1, Kind::kRgb, 1, 2, 3, false}));
  EXPECT_EQ(style("\x1b[38:2::1:2:3m"), (ColorSpan{0, 1, Kind::kRgb, 1, 2, 3, false}));
  EXPECT_EQ(style("\x1b[38:2:0:2:3m"), (ColorSpan{0, 1, Kind::kRgb, 0, 2, 3, false}));
  EXPECT_EQ(style("\x1b[48;5;31;1m"), (ColorSpan{0, 1, Kind::kDefault, 0, 0, 0, true}));
  EXPECT_EQ(style("\x1b[31;1;39m"), (ColorSpan{0, 1, Kind::kDefault, 0, 0, 0, true}));
  EXPECT_EQ(style("\x1b[1m\x1b[22m"), ColorSpan{});
  EXPECT_EQ(style("\x1b[31m\x1b[m"), ColorSpan{});
  EXPECT_EQ(style("\x1b[38;5m"), (ColorSpan{0, 1, Kind::kIndexed, 0, 0, 0, false}));
  EXPECT_EQ(style("\x1b[99999999999999999999m"), ColorSpan{});
}

TEST(TextCleaner, AColourLastsOverLineEndsUntilItIsReset) {
  TextCleaner cleaner;
  EXPECT_EQ(CleanWith(cleaner, "\x1b[32mone").spans.size(), 1U);
  EXPECT_FALSE(cleaner.Untouched("two"));
  EXPECT_EQ(CleanWith(cleaner, "two").spans,
            (std::vector<ColorSpan>{{0, 3, Kind::kIndexed, 2, 0, 0, false}}));
  EXPECT_EQ(CleanWith(cleaner, "\x1b[0mthree").spans, std::vector<ColorSpan>{});
  EXPECT_TRUE(cleaner.Untouched("four"));
}

TEST(TextCleaner, ALineKeepsItsFirst255Spans) {
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "\x1b[31ma\x1b[0mb";
  const Cleaned cleaned = Clean(line);
  EXPECT_EQ(cleaned.text.size(), 2000U);
  EXPECT_EQ(cleaned.spans.size(), TextCleaner::kMaxSpans);
}

TEST(TextCleaner, AppendColoredWritesWhatCleanReads) {
  const std::string line = "a\x1b[0;1;38;5;9mbold red\x1b[0m\x1b[0;38;2;1;2;3mrgb\x1b[0m end";
  const Cleaned cleaned = Clean(line);
  std::string written;
  AppendColored(cleaned.text, cleaned.spans, written);
  EXPECT_EQ(written, line);
  written.clear();
  AppendColored("plain", {}, written);
  EXPECT_EQ(written, "plain");
}

// A reference decoder, written from the definition: decode, compare, refuse.
bool IsSafeText(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (byte(i) < 0x80) {
      if ((byte(i) < 0x20 && byte(i) != '\t') || byte(i) == 0x7F) return false;
      ++i;
      continue;
    }
    const std::size_t length = byte(i) >= 0xF0 ? 4 : byte(i) >= 0xE0 ? 3 : 2;
    if (byte(i) < 0xC0 || byte(i) > 0xF7 || i + length > text.size()) return false;
    std::uint32_t code = byte(i) & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
      code = code << 6U | (byte(i + k) & 0x3FU);
    }
    const std::uint32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    if (code < 0xA0) return false;  // C1
    i += length;
  }
  return true;
}

TEST(TextCleaner, WhateverComesInSafeTextComesOut) {
  std::mt19937 random(56);
  const std::string likely =
      "\x1b\x1b[]P;0138m\a\\ \xC2\x9B\xE2\x82\xAC\xF0\x9F\x90\x8D\xED\xA0xyz";
  for (int round = 0; round < 20000; ++round) {
    std::string line;
    const std::size_t length = random() % 40;
    for (std::size_t i = 0; i < length; ++i) {
      line +=
          random() % 4 == 0 ? static_cast<char>(random() % 256) : likely[random() % likely.size()];
    }
    const Cleaned cleaned = Clean(line);
    ASSERT_TRUE(IsSafeText(cleaned.text)) << ::testing::PrintToString(line);
    ASSERT_EQ(TextCleaner().Untouched(line), IsSafeText(line)) << ::testing::PrintToString(line);
    std::size_t end = 0;
    for (const ColorSpan& span : cleaned.spans) {
      ASSERT_GE(span.begin, end);
      ASSERT_GT(span.length, 0U);
      end = span.begin + span.length;
    }
    ASSERT_LE(end, cleaned.text.size());
  }
}

TEST(TextCleaner, ManyUnfinishedSequencesCostOneSearchEach) {
  // Quadratic work would be 32768 searches of 64 KiB; this ends in no time or not at all.
  std::string line;
  for (int i = 0; i < 32768; ++i) line += "\x1b]";
  EXPECT_EQ(Clean(line).text.size(), 32768U * 4);
}

}  // namespace
}  // namespace twelve
