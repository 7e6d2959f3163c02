#pragma once

#include <memory>
#include <string>

#include "factors/08_concurrency/parts/job_worker.h"
#include "factors/08_concurrency/parts/process_pool.h"
#include "factors/service/attached_services.h"

namespace twelve {

/// The process type "worker": does jobs from the queue until it is asked to end. It opens no port.
/// To do more jobs, run more of them.
///
/// Threads: made, run and destroyed on the main thread, with the termination installed.
/// Owns:    its backing services, the pool of processes and the threads that work.
/// Errors:  see ServiceRuntime; exit code 69.
class WorkerProcess {
 public:
  /// `program` is this binary: the pool starts it. `runtime` must outlive it.
  WorkerProcess(ServiceRuntime& runtime, std::string program)
      : runtime_(runtime), program_(std::move(program)) {}

  /// Blocks; the exit code. REQUIRES: the runtime has begun.
  int Run();
  /// After Run: jobs go on. The process must then end without destroying this.
  bool HasWorkInFlight() const { return worker_ && worker_->Open() > 0; }

 private:
  Status Boot();
  void MakeWorker();
  int Stopped(int exit_code);

  ServiceRuntime& runtime_;
  const std::string program_;
  std::unique_ptr<AttachedServices> services_;
  std::unique_ptr<ProcessPool> pool_;
  std::unique_ptr<JobWorker> worker_;  // last: its jobs use all the others
};

}  // namespace twelve
