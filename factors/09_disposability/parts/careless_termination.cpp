#include "factors/09_disposability/parts/careless_termination.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>

namespace twelve {
namespace {

extern "C" void TwelveExitInHandler(int /*signal*/) {
  ::_exit(0);
}

}  // namespace

void CarelessTermination::Install() {
  switch (kind_) {
    case Kind::kIgnore:
      ::signal(SIGTERM, SIG_IGN);
      break;
    case Kind::kExit:
      ::signal(SIGTERM, &TwelveExitInHandler);
      break;
    case Kind::kNoHandler:
      ::signal(SIGTERM, SIG_DFL);
      break;
  }
}

bool CarelessTermination::WaitForRequest(Duration at_most) {
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  ::poll(nullptr, 0, static_cast<int>(wait));
  return false;
}

int CarelessTermination::Run(Drainable& service) {
  while (!service.Ended()) {
    pollfd change{service.change_fd(), POLLIN, 0};
    if (::poll(&change, 1, -1) <= 0) continue;
    eventfd_t count = 0;
    ::eventfd_read(service.change_fd(), &count);
  }
  return 0;
}

}  // namespace twelve
