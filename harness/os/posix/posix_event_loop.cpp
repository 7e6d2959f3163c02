#include "harness/os/posix/posix_event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>

namespace twelve {
namespace {

constexpr int kBatch = 128;
constexpr std::uint64_t kWakeTag = ~std::uint64_t{0};
constexpr Duration kForever = std::chrono::hours(1);  // a round may end early; Run goes on
constexpr unsigned long kFinestSlackNs = 1;

std::uint32_t EpollMask(EventLoop::Interest interest) {
  std::uint32_t mask = 0;
  if (interest.readable) mask |= EPOLLIN;
  if (interest.writable) mask |= EPOLLOUT;
  if (interest.edge) mask |= EPOLLET;
  return mask;
}

std::uint64_t Tag(int fd, std::uint32_t generation) {
  return (std::uint64_t{generation} << 32U) | static_cast<std::uint32_t>(fd);
}

/// Sets the thread's timer slack and gives the old one back at the end.
class FineTimers {
 public:
  FineTimers() : before_(prctl(PR_GET_TIMERSLACK)) { prctl(PR_SET_TIMERSLACK, kFinestSlackNs); }
  ~FineTimers() {
    if (before_ > 0) prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(before_));
  }
  FineTimers(const FineTimers&) = delete;
  FineTimers& operator=(const FineTimers&) = delete;

 private:
  int before_;
};

/// Kernels before 5.11 have no epoll_pwait2: then a wait is rounded up to a millisecond.
int EpollWait(int epoll, epoll_event* events, int count, Duration limit) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timespec wait = {whole.count(), (limit - whole).count()};
  const int ready = epoll_pwait2(epoll, events, count, &wait, nullptr);
  if (ready >= 0 || errno != ENOSYS) return ready;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
  return epoll_wait(epoll, events, count, static_cast<int>(ms));
}

}  // namespace

Result<std::unique_ptr<EventLoop>> PosixEventLoop::Create(const Clock& clock) {
  UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) return SystemError("cannot make an event loop", "epoll_create1", errno);
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return SystemError("cannot make an event loop", "eventfd", errno);
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u64 = kWakeTag;
  if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake.get(), &event) != 0) {
    return SystemError("cannot make an event loop", "epoll_ctl", errno);
  }
  return std::unique_ptr<EventLoop>(new PosixEventLoop(clock, std::move(epoll), std::move(wake)));
}

PosixEventLoop::PosixEventLoop(const Clock& clock, UniqueFd epoll, UniqueFd wake)
    : clock_(clock), epoll_(std::move(epoll)), wake_(std::move(wake)) {}

Status PosixEventLoop::Watch(int fd, Interest interest, FdHandler handler) {
  if (fd < 0) return SystemError("cannot watch a descriptor", "epoll_ctl", EBADF);
  const std::uint32_t generation = next_generation_++;
  epoll_event event = {};
  event.events = EpollMask(interest);
  event.data.u64 = Tag(fd, generation);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return SystemError("cannot watch a descriptor", "epoll_ctl", errno);
  }
  const auto slot = static_cast<std::size_t>(fd);
  if (watched_.size() <= slot) watched_.resize(slot + 1);
  watched_[slot] = std::make_shared<Watched>(Watched{generation, std::move(handler)});
  return {};
}

Status PosixEventLoop::Change(int fd, Interest interest) {
  const auto slot = static_cast<std::size_t>(fd);
  if (fd < 0 || slot >= watched_.size() || watched_[slot] == nullptr) {
    return SystemError("cannot change the watch on a descriptor", "epoll_ctl", ENOENT);
  }
  epoll_event event = {};
  event.events = EpollMask(interest);
  event.data.u64 = Tag(fd, watched_[slot]->generation);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) {
    return SystemError("cannot change the watch on a descriptor", "epoll_ctl", errno);
  }
  return {};
}

void PosixEventLoop::Unwatch(int fd) {
  const auto slot = static_cast<std::size_t>(fd);
  if (fd < 0 || slot >= watched_.size() || watched_[slot] == nullptr) return;
  watched_[slot] = nullptr;
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId PosixEventLoop::At(TimePoint when, Task task) {
  const TimerId timer = next_timer_++;
  timers_.emplace(std::pair(when, timer), std::move(task));
  due_.emplace(timer, when);
  return timer;
}

void PosixEventLoop::Cancel(TimerId timer) {
  const auto due = due_.find(timer);
  if (due == due_.end()) return;
  timers_.erase({due->second, timer});
  due_.erase(due);
}

void PosixEventLoop::Post(Task task) {
  bool first = false;
  {
    const MutexLock lock(mutex_);
    first = posted_.empty();
    posted_.push_back(std::move(task));
  }
  if (first) Wake();
}

void PosixEventLoop::Wake() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the loop is awake already.
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof one);
}

void PosixEventLoop::Run() {
  const FineTimers fine;
  while (!stop_.exchange(false)) RunOnce(kForever);
}

void PosixEventLoop::Stop() {
  stop_ = true;
  Wake();
}

void PosixEventLoop::RunOnce(Duration limit) {
  Wait(UntilNextTimer(limit));
  RunPosted();
  RunTimers();
}

Duration PosixEventLoop::UntilNextTimer(Duration limit) const {
  if (timers_.empty()) return std::max(limit, Duration::zero());
  const Duration left = timers_.begin()->first.first - clock_.Now();
  return std::max(std::min(left, limit), Duration::zero());
}

void PosixEventLoop::Wait(Duration limit) {
  std::array<epoll_event, kBatch> events;
  const int ready = EpollWait(epoll_.get(), events.data(), kBatch, limit);
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kWakeTag) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t taken = read(wake_.get(), &count, sizeof count);
    } else {
      Dispatch(event.data.u64, event.events);
    }
  }
}

void PosixEventLoop::Dispatch(std::uint64_t tag, std::uint32_t events) {
  const auto slot = static_cast<std::size_t>(tag & 0xffffffffU);
  if (slot >= watched_.size()) return;
  const std::shared_ptr<Watched> watched = watched_[slot];  // the handler may unwatch itself
  if (watched == nullptr || watched->generation != tag >> 32U) return;
  watched->handler({.readable = (events & EPOLLIN) != 0,
                    .writable = (events & EPOLLOUT) != 0,
                    .hang_up = (events & (EPOLLHUP | EPOLLERR)) != 0});
}

void PosixEventLoop::RunPosted() {
  std::vector<Task> tasks;
  {
    const MutexLock lock(mutex_);
    tasks.swap(posted_);
  }
  for (Task& task : tasks) task();
}

void PosixEventLoop::RunTimers() {
  const TimePoint now = clock_.Now();
  const TimerId first_new = next_timer_;  // a timer set by a timer waits for the next round
  for (auto next = timers_.begin(); next != timers_.end() && next->first.first <= now;) {
    if (next->first.second >= first_new) {
      ++next;
      continue;
    }
    const Task task = std::move(next->second);
    due_.erase(next->first.second);
    timers_.erase(next);
    task();
    next = timers_.begin();
  }
}

}  // namespace twelve
