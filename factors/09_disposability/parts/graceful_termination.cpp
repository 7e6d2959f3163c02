#include "factors/09_disposability/parts/graceful_termination.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace twelve {
namespace {

constexpr int kCutShort = 1;          // exit code: the grace period was over first
constexpr int kSignalExitBase = 128;  // as shells count

}  // namespace

void GracefulTermination::Install() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // An ignored signal never reaches a descriptor; a parent may have ignored it for us.
  ::signal(SIGTERM, SIG_DFL);
  signals_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void GracefulTermination::Configure(Times times, DrainState& drain, EventSink& events,
                                    const Clock& clock) {
  times_ = times;
  drain_ = &drain;
  events_ = &events;
  clock_ = &clock;
}

bool GracefulTermination::WaitForRequest(Duration at_most) {
  return first_signal_ != 0 || Wait(-1, at_most) == Woken::kSignal;
}

GracefulTermination::Woken GracefulTermination::Wait(int change_fd, Duration at_most) {
  pollfd wanted[] = {{signals_.get(), POLLIN, 0}, {change_fd, POLLIN, 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
  // A negative descriptor is left out by poll, a negative time means for ever.
  ::poll(wanted, 2, at_most < Duration::zero() ? -1 : static_cast<int>(left));
  if ((wanted[0].revents & POLLIN) != 0) {
    last_signal_ = ReadSignal();
    if (first_signal_ == 0) first_signal_ = last_signal_;
    return Woken::kSignal;
  }
  if ((wanted[1].revents & POLLIN) == 0) return Woken::kTimeout;
  eventfd_t count = 0;
  ::eventfd_read(change_fd, &count);
  return Woken::kChange;
}

int GracefulTermination::ReadSignal() {
  signalfd_siginfo info{};
  const ssize_t got = ::read(signals_.get(), &info, sizeof info);
  return got == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : SIGTERM;
}

int GracefulTermination::Run(Drainable& service) {
  const Duration for_ever(-1);
  while (first_signal_ == 0 && !service.Ended()) Wait(service.change_fd(), for_ever);
  if (first_signal_ == 0) return 0;
  return Drain(service, clock_->Now());
}

int GracefulTermination::Drain(Drainable& service, TimePoint asked) {
  drain_->Begin();
  events_->Write({"draining",
                  {{"signal", std::string(::sigabbrev_np(first_signal_))},
                   {"delay_ms", ToMs(times_.drain_delay)},
                   {service.open_field(), static_cast<std::int64_t>(service.Open())}}});
  const Deadline give_up(asked + times_.grace);
  const Deadline stop_listening(asked + std::min(times_.drain_delay, times_.grace));
  while (!stop_listening.Passed(*clock_)) {
    if (Wait(-1, stop_listening.Left(*clock_)) == Woken::kSignal) {
      return EndAtOnce(service);
    }
  }
  service.StopAccepting();
  events_->Write(
      {"stopped_accepting", {{service.open_field(), static_cast<std::int64_t>(service.Open())}}});
  while (service.Open() > 0 && !give_up.Passed(*clock_)) {
    if (Wait(service.change_fd(), give_up.Left(*clock_)) == Woken::kSignal) {
      return EndAtOnce(service);
    }
  }
  const int cut = service.Open();
  const double took_ms = ToMs(clock_->Now() - asked);
  events_->Write({"drained",
                  {{service.cut_field(), static_cast<std::int64_t>(cut)}, {"took_ms", took_ms}},
                  cut == 0 ? EventLevel::kInfo : EventLevel::kError});
  return cut == 0 ? 0 : kCutShort;
}

int GracefulTermination::EndAtOnce(const Drainable& service) {
  events_->Write({"second_signal",
                  {{service.cut_field(), static_cast<std::int64_t>(service.Open())}},
                  EventLevel::kWarning});
  return kSignalExitBase + last_signal_;
}

}  // namespace twelve
