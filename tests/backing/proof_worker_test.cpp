#include <gtest/gtest.h>

#include "tests/backing/worker_kills.h"

namespace twelve {
namespace {

TEST(KilledWorkers, DoEveryJobOfRedisOnce) {
  KillWorkersAtRandom(Layout::kPostgresAndRedis, 5);
}

TEST(KilledWorkers, DoEveryJobOfPostgresOnce) {
  KillWorkersAtRandom(Layout::kPostgresAlone, 5);
}

}  // namespace
}  // namespace twelve
