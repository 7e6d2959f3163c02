#include <gtest/gtest.h>

#include "tests/backing/worker_kills.h"

namespace twelve {
namespace {

TEST(WorkersKilledFiftyTimes, DoEveryJobOfRedisOnce) {
  KillWorkersAtRandom(Layout::kPostgresAndRedis, 50);
}

TEST(WorkersKilledFiftyTimes, DoEveryJobOfPostgresOnce) {
  KillWorkersAtRandom(Layout::kPostgresAlone, 50);
}

}  // namespace
}  // namespace twelve
