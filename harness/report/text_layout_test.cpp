#include "harness/report/text_layout.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(Wrapped, BreaksAtBlanksAndKeepsLongWordsWhole) {
  EXPECT_EQ(Wrapped("one two three four", 2, 12), "  one two\n  three four\n");
  EXPECT_EQ(Wrapped("a averyveryverylongword b", 0, 10), "a\naveryveryverylongword\nb\n");
  EXPECT_EQ(Wrapped("x\n\ny", 1, 10), " x\n\n y\n");
  EXPECT_EQ(Wrapped("", 4, 80), "\n");
}

TEST(Wrapped, CountsColumnsAndNotBytes) {
  EXPECT_EQ(Wrapped("äöü äöü", 0, 7), "äöü äöü\n");
  EXPECT_EQ(Wrapped("äöü äöü", 0, 6), "äöü\näöü\n");
}

TEST(Padded, NeverCuts) {
  EXPECT_EQ(Padded("✓ ok", 6), "✓ ok  ");
  EXPECT_EQ(Padded("longer", 3), "longer");
}

TEST(Indented, LeavesEmptyLinesEmpty) {
  EXPECT_EQ(Indented("a\n\n  b\n", 2), "  a\n\n    b\n");
}

TEST(HumanSeconds, SaysWhatAPersonWouldSay) {
  EXPECT_EQ(HumanSeconds(0.25), "0.2 s");
  EXPECT_EQ(HumanSeconds(4.4), "4 s");
  EXPECT_EQ(HumanSeconds(60), "1 min");
  EXPECT_EQ(HumanSeconds(97.2), "1 min 37 s");
}

}  // namespace
}  // namespace twelve
