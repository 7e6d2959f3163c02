#include "harness/net/quantity.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Quantity, ReadsTimes) {
  EXPECT_EQ(ParseDuration("200ms").value(), milliseconds(200));
  EXPECT_EQ(ParseDuration("1.5s").value(), milliseconds(1500));
  EXPECT_EQ(ParseDuration("250us").value(), microseconds(250));
  EXPECT_EQ(ParseDuration("2m").value(), seconds(120));
  EXPECT_EQ(ParseDuration("0s").value(), seconds(0));
  for (const char* wrong : {"", "5", "ms", "-1s", "1 s", "1.2.3s", "1e9s", "9999999999999h"}) {
    EXPECT_FALSE(ParseDuration(wrong).ok()) << wrong;
  }
}

TEST(Quantity, ReadsBytes) {
  EXPECT_EQ(ParseBytes("1000").value(), 1000u);
  EXPECT_EQ(ParseBytes("64KB").value(), 64'000u);
  EXPECT_EQ(ParseBytes("64KiB").value(), 65'536u);
  EXPECT_EQ(ParseBytes("1.5MB/s").value(), 1'500'000u);
  for (const char* wrong : {"", "KB", "-1", "1 KB", "1XB", "99999999999GB"}) {
    EXPECT_FALSE(ParseBytes(wrong).ok()) << wrong;
  }
}

TEST(Quantity, ReadsShares) {
  EXPECT_DOUBLE_EQ(ParseShare("50%").value(), 0.5);
  EXPECT_DOUBLE_EQ(ParseShare("0.25").value(), 0.25);
  EXPECT_DOUBLE_EQ(ParseShare("100%").value(), 1);
  for (const char* wrong : {"", "%", "50", "101%", "half", "-1%"}) {
    EXPECT_FALSE(ParseShare(wrong).ok()) << wrong;
  }
}

TEST(Quantity, WritesWhatAPersonWouldWrite) {
  EXPECT_EQ(DurationText(milliseconds(200)), "200 ms");
  EXPECT_EQ(DurationText(milliseconds(1500)), "1.5 s");
  EXPECT_EQ(DurationText(microseconds(80)), "80 us");
  EXPECT_EQ(DurationText(seconds(90)), "1.5 min");
  EXPECT_EQ(BytesText(512), "512 B");
  EXPECT_EQ(BytesText(1500), "1.5 KB");
  EXPECT_EQ(BytesText(2e7), "20 MB");
}

}  // namespace
}  // namespace twelve
