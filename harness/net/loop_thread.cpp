#include "harness/net/loop_thread.h"

#include <future>

namespace twelve {

void LoopThread::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { loop_->Run(); });
}

void LoopThread::Call(const std::function<void()>& task) {
  if (!thread_.joinable()) return task();
  std::promise<void> done;
  loop_->Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void LoopThread::Stop() {
  if (!thread_.joinable()) return;
  loop_->Stop();
  thread_.join();
}

}  // namespace twelve
