#include "harness/conformance/repetition.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

constexpr Verdict P = Verdict::kPass;
constexpr Verdict F = Verdict::kFail;

TEST(Repetition, ThreeThatAgreeAreEnough) {
  EXPECT_TRUE(NeedsAnother({}, false));
  EXPECT_TRUE(NeedsAnother({P}, false));
  EXPECT_TRUE(NeedsAnother({P, P}, false));
  EXPECT_FALSE(NeedsAnother({P, P, P}, false));
  EXPECT_EQ(Agreed({P, P, P}), P);
}

TEST(Repetition, MixedSamplesGoOnToFiveAndAreInconclusive) {
  EXPECT_TRUE(NeedsAnother({P, P, F}, false));
  EXPECT_TRUE(NeedsAnother({P, P, F, P}, true));
  EXPECT_FALSE(NeedsAnother({P, P, F, P, P}, false));
  EXPECT_EQ(Agreed({P, P, F, P, P}), Verdict::kInconclusive);
  EXPECT_EQ(Agreed({}), Verdict::kInconclusive);
  EXPECT_EQ(Listed({P, F}), "PASS FAIL");
}

TEST(Repetition, OneLongFailureIsEnoughWhenItComesFirst) {
  EXPECT_FALSE(NeedsAnother({F}, true));
  EXPECT_TRUE(NeedsAnother({P, F}, true));
}

TEST(Median, OfOddAndEvenCounts) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 3}), 2.5);
}

}  // namespace
}  // namespace twelve
