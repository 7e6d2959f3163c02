#pragma once

#include <thread>

#include "factors/contracts/cancellation.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/job_queue.h"

namespace twelve {

/// Violation of factor VIII, "in-process-cron": a timer inside the web process puts a job every 20
/// seconds. Three web processes put three: each newsletter goes out three times.
///
/// Threads: one of its own, ended by the destructor.
class InProcessCron {
 public:
  static constexpr std::chrono::seconds kEvery{20};

  /// All must outlive it. The first job is put at once.
  InProcessCron(JobQueue& queue, EventSink& events);
  ~InProcessCron();
  InProcessCron(const InProcessCron&) = delete;
  InProcessCron& operator=(const InProcessCron&) = delete;

 private:
  void PutOne();

  JobQueue& queue_;
  EventSink& events_;
  Cancellation stop_;
  std::thread thread_;
};

}  // namespace twelve
