// As in release_test, for as long as it takes to believe it.

#include "tests/integration/release_app.h"

namespace twelve {
namespace {

TEST_F(ReleaseApp, TheStoreSurvivesTwoHundredKills) {
  KillAtRandom(200);
}

}  // namespace
}  // namespace twelve
