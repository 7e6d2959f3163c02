#include "harness/net/fault.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Fault, ReadsEveryKind) {
  const Fault latency = ParseFault("latency 200ms jitter 20ms to-client of 50% for 10s").value();
  EXPECT_EQ(latency.kind, Fault::Kind::kLatency);
  EXPECT_EQ(latency.latency, milliseconds(200));
  EXPECT_EQ(latency.jitter, milliseconds(20));
  EXPECT_EQ(latency.flow, Fault::Flow::kToClient);
  EXPECT_DOUBLE_EQ(latency.probability, 0.5);
  EXPECT_EQ(latency.lasts, seconds(10));
  EXPECT_EQ(ParseFault("bandwidth 1MB/s").value().bytes_per_second, 1'000'000u);
  EXPECT_EQ(ParseFault("limit 10KB to-server").value().bytes, 10'000u);
  EXPECT_EQ(ParseFault("reset after 1KB").value().bytes, 1000u);
  EXPECT_EQ(ParseFault("reset").value().bytes, 0u);
  for (const char* text : {"stall", "drop", "half-close to-client", "refuse", "connect-timeout"}) {
    EXPECT_TRUE(ParseFault(text).ok()) << text;
  }
}

TEST(Fault, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "is no fault"},
      {"lag 5ms", "\"lag\" is no fault"},
      {"latency", "needs an amount"},
      {"latency 5", "is no time"},
      {"latency 0ms", "needs a time"},
      {"latency 10ms jitter 20ms", "at most the latency"},
      {"latency 1h", "at most ten minutes"},
      {"latency 10ms jitter", "needs an amount"},
      {"latency 10ms sideways", "does not take \"sideways\""},
      {"stall jitter 5ms", "does not take \"jitter\""},
      {"bandwidth 0", "above 0"},
      {"stall of 0%", "above 0"},
      {"refuse of 50%", "neither a direction nor a share"},
      {"connect-timeout to-client", "neither a direction nor a share"},
  };
  for (const auto& [text, problem] : cases) {
    const auto fault = ParseFault(text);
    ASSERT_FALSE(fault.ok()) << text;
    EXPECT_NE(fault.error().message.find(problem), std::string::npos)
        << text << ": " << fault.error().message;
  }
}

TEST(Fault, IsWrittenAsItIsRead) {
  for (const char* text :
       {"latency 200ms jitter 20ms to-client of 50% for 10000ms", "bandwidth 1000000B/s", "stall",
        "limit 10B to-server", "reset after 5B", "refuse for 250ms", "half-close to-client"}) {
    EXPECT_EQ(ToString(ParseFault(text).value()), text);
  }
}

}  // namespace
}  // namespace twelve
