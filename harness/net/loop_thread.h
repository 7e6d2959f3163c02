#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "harness/loop/event_loop.h"

namespace twelve {

/// An event loop with a thread of its own.
///
/// Declare it before what runs on the loop, and call Stop() first thing in the owner's destructor:
/// then whatever the loop would call still exists while it runs, and is destroyed while it stands.
///
/// Threads: Call from any but the loop's own; Start and Stop on the owner's.
/// Owns:    the loop and its thread.
class LoopThread {
 public:
  using MakeLoop = std::function<Result<std::unique_ptr<EventLoop>>()>;

  explicit LoopThread(std::unique_ptr<EventLoop> loop) : loop_(std::move(loop)) {}
  ~LoopThread() { Stop(); }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  EventLoop& loop() { return *loop_; }
  void Start();
  /// Runs `task` on the loop and waits for it. Before Start it runs here and now.
  void Call(const std::function<void()>& task);
  /// Once it returns, nothing runs on the loop any more.
  void Stop();

 private:
  std::unique_ptr<EventLoop> loop_;
  std::thread thread_;
};

}  // namespace twelve
