#include "app/cli/interruption.h"

#include <utility>

#include "harness/os/posix/posix_event_loop.h"

namespace twelve {

Interruption::Interruption(const Clock& clock) {
  PosixSignals::BlockEndSignals();
  auto loop = PosixEventLoop::Create(clock);
  if (!loop) return;
  loop_ = std::move(loop).value();
  auto signals = PosixSignals::Create(*loop_, [this](int) { requested_ = true; });
  if (!signals) return;
  signals_ = std::move(signals).value();
  thread_ = std::thread([this] { loop_->Run(); });
}

Interruption::~Interruption() {
  if (!thread_.joinable()) return;
  loop_->Stop();
  thread_.join();
}

}  // namespace twelve
