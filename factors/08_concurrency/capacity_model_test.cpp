#include "factors/08_concurrency/capacity_model.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(CapacityModel, GivesTheFiguresOfTheLesson) {
  const Capacity plan = PlanCapacity({}, {}, {});
  EXPECT_DOUBLE_EQ(plan.requests_per_day, 1.5e9);
  EXPECT_NEAR(plan.average_per_s, 17'361.11, 0.01);
  EXPECT_NEAR(plan.peak_per_s, 52'083.33, 0.01);
  EXPECT_DOUBLE_EQ(plan.instance_per_s, 10);
  EXPECT_NEAR(plan.in_flight_at_peak, 5'208.33, 0.01);
  EXPECT_EQ(plan.bare_instances, 5'209);
  EXPECT_EQ(plan.instances, 5'209);
}

TEST(CapacityModel, AHundredAtATimeNeedAHundredthOfTheInstances) {
  InstanceProfile instance;
  instance.concurrency = 100;
  EXPECT_EQ(PlanCapacity({}, instance, {}).instances, 53);
}

TEST(CapacityModel, HeadroomAndALostZoneCostInstances) {
  InstanceProfile instance;
  instance.concurrency = 100;
  Spare spare;
  spare.headroom = 0.30;
  // 52,083 / (1,000 × 0.7) = 74.4
  EXPECT_EQ(PlanCapacity({}, instance, spare).instances, 75);
  spare.zones = 3;
  EXPECT_EQ(PlanCapacity({}, instance, spare).instances_per_zone, 25);
  spare.zones_lost = 1;
  const Capacity plan = PlanCapacity({}, instance, spare);
  // Two zones carry 75: 38 in each of three.
  EXPECT_EQ(plan.instances_per_zone, 38);
  EXPECT_EQ(plan.instances, 114);
  EXPECT_GE((spare.zones - spare.zones_lost) * plan.instances_per_zone, 75);
}

TEST(CapacityModel, DoesNotRoundUpForTheErrorOfTheDivision) {
  Demand demand;
  demand.users = 864;
  demand.daily_active = 1;
  demand.requests_per_day = 100;
  demand.peak_to_average = 3;
  InstanceProfile instance;
  instance.latency_ms = 100;
  EXPECT_EQ(PlanCapacity(demand, instance, {}).instances, 1);  // 3/s of 10/s
  demand.users = 8640;
  EXPECT_EQ(PlanCapacity(demand, instance, {}).instances, 3);  // 30/s exactly
}

TEST(CapacityModel, RulesOfThumb) {
  EXPECT_DOUBLE_EQ(OptimalProcesses(4, 90, 10), 40);
  EXPECT_DOUBLE_EQ(OptimalProcesses(2, 0, 10), 2);
  EXPECT_DOUBLE_EQ(OptimalThreads(100, 1000), 100);
  EXPECT_DOUBLE_EQ(InFlight(1000, 0.1), 100);
}

}  // namespace
}  // namespace twelve
