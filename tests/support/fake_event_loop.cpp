#include "tests/support/fake_event_loop.h"

#include <fcntl.h>
#include <poll.h>

#include <cerrno>
#include <vector>

namespace twelve {

Status FakeEventLoop::Watch(int fd, Interest interest, FdHandler handler) {
  if (fcntl(fd, F_GETFD) < 0) return SystemError("cannot watch a descriptor", "fcntl", errno);
  if (watched_.count(fd) != 0) return InvalidError("the descriptor is watched already");
  watched_[fd] = std::make_shared<Watched>(Watched{interest, std::move(handler)});
  return {};
}

Status FakeEventLoop::Change(int fd, Interest interest) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return InvalidError("the descriptor is not watched");
  found->second->interest = interest;
  found->second->fresh = true;
  return {};
}

void FakeEventLoop::Unwatch(int fd) {
  watched_.erase(fd);
}

EventLoop::TimerId FakeEventLoop::At(TimePoint when, Task task) {
  const TimerId id = next_timer_++;
  timers_.emplace(std::pair(when, id), std::move(task));
  return id;
}

void FakeEventLoop::Cancel(TimerId timer) {
  for (auto it = timers_.begin(); it != timers_.end(); ++it) {
    if (it->first.second == timer) {
      timers_.erase(it);
      return;
    }
  }
}

void FakeEventLoop::Post(Task task) {
  const MutexLock lock(mutex_);
  posted_.push_back(std::move(task));
}

void FakeEventLoop::Stop() {
  const MutexLock lock(mutex_);
  stop_ = true;
}

bool FakeEventLoop::stopped() {
  const MutexLock lock(mutex_);
  return std::exchange(stop_, false);
}

bool FakeEventLoop::RunPosted() {
  std::deque<Task> tasks;
  {
    const MutexLock lock(mutex_);
    tasks.swap(posted_);
  }
  for (Task& task : tasks) task();
  return !tasks.empty();
}

bool FakeEventLoop::RunDescriptors() {
  std::vector<pollfd> asked;
  for (const auto& [fd, watched] : watched_) {
    const short events = static_cast<short>((watched->interest.readable ? POLLIN : 0) |
                                            (watched->interest.writable ? POLLOUT : 0));
    asked.push_back({fd, events, 0});
  }
  if (asked.empty() || poll(asked.data(), asked.size(), 0) <= 0) return false;
  bool any = false;
  for (const pollfd& answer : asked) {
    const auto found = watched_.find(answer.fd);
    if (answer.revents == 0 || found == watched_.end()) continue;
    const std::shared_ptr<Watched> watched = found->second;  // it may unwatch itself
    if (watched->interest.edge && !watched->fresh) continue;
    watched->fresh = false;
    any = true;
    watched->handler({(answer.revents & POLLIN) != 0, (answer.revents & POLLOUT) != 0,
                      (answer.revents & (POLLHUP | POLLERR)) != 0});
  }
  return any;
}

bool FakeEventLoop::RunTimers() {
  if (timers_.empty() || timers_.begin()->first.first > clock_.Now()) return false;
  auto due = timers_.extract(timers_.begin());
  due.mapped()();
  return true;
}

bool FakeEventLoop::Step() {
  const bool posted = RunPosted();
  const bool descriptors = RunDescriptors();
  const bool timers = RunTimers();
  return posted || descriptors || timers;
}

void FakeEventLoop::RunUntilIdle() {
  while (Step()) {
  }
}

void FakeEventLoop::Advance(Duration by) {
  const TimePoint end = clock_.Now() + by;
  RunUntilIdle();
  while (!timers_.empty() && timers_.begin()->first.first <= end) {
    clock_.Advance(timers_.begin()->first.first - clock_.Now());
    RunUntilIdle();
  }
  clock_.Advance(end - clock_.Now());
}

void FakeEventLoop::Run() {
  while (!stopped()) {
    if (Step()) continue;
    if (timers_.empty()) return;
    clock_.Advance(timers_.begin()->first.first - clock_.Now());
  }
}

void FakeEventLoop::RunOnce(Duration limit) {
  if (Step()) return RunUntilIdle();
  if (timers_.empty() || timers_.begin()->first.first > clock_.Now() + limit) {
    clock_.Advance(limit);
  } else {
    clock_.Advance(timers_.begin()->first.first - clock_.Now());
  }
  RunUntilIdle();
}

}  // namespace twelve
