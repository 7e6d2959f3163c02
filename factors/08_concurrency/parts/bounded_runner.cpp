#include "factors/08_concurrency/parts/bounded_runner.h"

#include <utility>

namespace twelve {

BoundedRunner::~BoundedRunner() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mutex_);
    ending_ = true;
    threads.swap(threads_);
    work_came_.NotifyAll();
  }
  for (std::thread& thread : threads) thread.join();
}

void BoundedRunner::Run(std::function<void()> work) {
  MutexLock lock(mutex_);
  while (running_ >= most_) work_ended_.Wait(mutex_);
  ++running_;
  work_.push_back(std::move(work));
  if (running_ > static_cast<int>(threads_.size())) threads_.emplace_back([this] { Work(); });
  work_came_.NotifyOne();
}

void BoundedRunner::WaitForPlace() {
  MutexLock lock(mutex_);
  while (running_ >= most_) work_ended_.Wait(mutex_);
}

bool BoundedRunner::WaitForAll(std::chrono::steady_clock::time_point until) {
  MutexLock lock(mutex_);
  while (running_ > 0 && std::chrono::steady_clock::now() < until) {
    work_ended_.WaitUntil(mutex_, until);
  }
  return running_ == 0;
}

int BoundedRunner::Running() const {
  MutexLock lock(mutex_);
  return running_;
}

void BoundedRunner::Work() {
  for (;;) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      while (work_.empty() && !ending_) work_came_.Wait(mutex_);
      if (work_.empty()) return;
      work = std::move(work_.front());
      work_.pop_front();
    }
    work();
    work = nullptr;  // what it holds goes before anybody is told that it has ended
    MutexLock lock(mutex_);
    --running_;
    work_ended_.NotifyAll();
  }
}

}  // namespace twelve
