#include "harness/net/fault_table.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

using std::chrono::milliseconds;

Fault Of(const char* text) {
  return ParseFault(text).value();
}

TEST(FaultTable, JoinsWhatIsInForce) {
  FaultTable table(1);
  const TimePoint now{};
  table.Add(Of("latency 20ms to-client"), now);
  table.Add(Of("latency 30ms jitter 5ms"), now);
  table.Add(Of("bandwidth 2KB"), now);
  const FaultId slow = table.Add(Of("bandwidth 1KB"), now);
  const FlowFaults to_client = table.For(1, Fault::Flow::kToClient);
  EXPECT_EQ(to_client.latency, milliseconds(50));
  EXPECT_EQ(to_client.jitter, milliseconds(5));
  EXPECT_EQ(to_client.bytes_per_second, 1000u);
  EXPECT_EQ(table.For(1, Fault::Flow::kToServer).latency, milliseconds(30));
  EXPECT_TRUE(table.Remove(slow));
  EXPECT_FALSE(table.Remove(slow));
  EXPECT_EQ(table.For(1, Fault::Flow::kToClient).bytes_per_second, 2000u);
}

TEST(FaultTable, RollsOnceForEachConnection) {
  FaultTable table(1);
  const FaultId id = table.Add(Of("stall of 25%"), TimePoint{});
  for (std::uint64_t connection = 1; connection <= 10'000; ++connection) table.Meet(connection);
  const ActiveFault& active = table.active().front();
  EXPECT_EQ(active.id, id);
  EXPECT_EQ(active.hit + active.spared, 10'000u);
  EXPECT_NEAR(static_cast<double>(active.hit), 2500, 220);  // five standard deviations
  for (std::uint64_t connection = 1; connection <= 100; ++connection) {
    const bool hit = table.For(connection, Fault::Flow::kToServer).stall;
    EXPECT_EQ(hit, table.Hits(active, connection));
    EXPECT_EQ(hit, table.For(connection, Fault::Flow::kToClient).stall);
  }
}

TEST(FaultTable, LetsFaultsGoWhenTheirTimeIsOver) {
  FaultTable table(1);
  const TimePoint now{};
  table.Add(Of("stall for 50ms"), now);
  table.Add(Of("drop for 20ms"), now);
  table.Add(Of("refuse"), now);
  EXPECT_EQ(table.NextExpiry(), now + milliseconds(20));
  EXPECT_FALSE(table.Expire(now + milliseconds(19)));
  EXPECT_TRUE(table.Expire(now + milliseconds(20)));
  EXPECT_FALSE(table.Has(Fault::Kind::kDrop));
  EXPECT_TRUE(table.Expire(now + milliseconds(60)));
  EXPECT_TRUE(table.Has(Fault::Kind::kRefuse));
  EXPECT_FALSE(table.NextExpiry().has_value());
}

}  // namespace
}  // namespace twelve
