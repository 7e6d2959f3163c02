#pragma once

#include <functional>
#include <string>

#include "factors/04_backing_services/judge.h"
#include "factors/04_backing_services/plugboard.h"
#include "factors/04_backing_services/prober.h"
#include "factors/lab/lab.h"

namespace twelve::backing_services {

/// What the steps work on.
struct Bench {
  Lab& lab;
  Plugboard& plugs;
  Prober& prober;
  /// Plugs database and cache into these places: a new release.
  std::function<Status(const std::string& database, const std::string& cache)> plug;
};

/// Empty when web says that it lives; else why not.
std::string AwaitAlive(Lab& lab);

// What each step does and measures. They leave both plugs in A and the path clear.
SwapFacts Swap(const Bench& bench);
AbsentFacts StartWithout(const Bench& bench);
SilenceFacts Silence(const Bench& bench);
FailoverFacts Failover(const Bench& bench);
EgressFacts ListenAtStart(const Bench& bench);

}  // namespace twelve::backing_services
