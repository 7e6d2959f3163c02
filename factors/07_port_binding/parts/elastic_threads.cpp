#include "factors/07_port_binding/parts/elastic_threads.h"

namespace twelve {
namespace {

constexpr std::chrono::seconds kIdle(2);

}  // namespace

void ElasticThreads::Run(std::function<void()> work) {
  std::list<std::thread> finished;
  {
    MutexLock lock(mutex_);
    finished.swap(finished_);
    work_.push_back(std::move(work));
    if (idle_ < work_.size() && threads_.size() < most_) {
      const Thread self = threads_.emplace(threads_.end());
      *self = std::thread([this, self] { Serve(self); });
    } else {
      work_came_.NotifyOne();
    }
    Weigh();
  }
  for (std::thread& thread : finished) thread.join();
}

std::size_t ElasticThreads::Count() const {
  MutexLock lock(mutex_);
  return threads_.size();
}

void ElasticThreads::Weigh() {
  saturated_ = threads_.size() >= most_ && work_.size() > idle_;
}

void ElasticThreads::Join() {
  std::list<std::thread> finished;
  {
    MutexLock lock(mutex_);
    joining_ = true;
    work_came_.NotifyAll();
    while (!threads_.empty()) thread_left_.Wait(mutex_);
    finished.swap(finished_);
  }
  for (std::thread& thread : finished) thread.join();
}

void ElasticThreads::Serve(Thread self) {
  for (;;) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      if (!WaitForWork()) {
        finished_.splice(finished_.end(), threads_, self);
        Weigh();
        thread_left_.NotifyAll();
        return;
      }
      work = std::move(work_.front());
      work_.pop_front();
      Weigh();
    }
    work();
  }
}

bool ElasticThreads::WaitForWork() {
  const Deadline deadline = Deadline::After(clock_, kIdle);
  ++idle_;
  Weigh();
  while (work_.empty() && !joining_ && !deadline.Passed(clock_)) {
    work_came_.WaitUntil(mutex_, deadline.at());
  }
  --idle_;
  return !work_.empty();
}

}  // namespace twelve
