#include "factors/09_disposability/parts/halfway_terminations.h"

#include <poll.h>

#include <csignal>

namespace twelve {

int FailingTermination::Run(Drainable& service) {
  const int exit_code = inner().Run(service);
  return exit_code == 0 ? 1 : exit_code;
}

int LateTermination::Run(Drainable& service) {
  constexpr std::chrono::milliseconds kLook(100);
  while (!service.Ended() && !inner().WaitForRequest(kLook)) {
  }
  if (!service.Ended()) ::poll(nullptr, 0, static_cast<int>(kServesOn.count()) * 1000);
  return inner().Run(service);
}

void TermOnlyTermination::Install() {
  inner().Install();
  ::signal(SIGINT, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace twelve
