#pragma once

#include "tests/backing/service_deploy.h"

namespace twelve {

/// Two workers do jobs; one of them, whichever, is killed so many times at random moments. Expects
/// that every job is done and has had its effect once. For use in a test.
void KillWorkersAtRandom(Layout layout, int kills);

}  // namespace twelve
