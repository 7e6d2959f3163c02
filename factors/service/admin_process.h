#pragma once

#include <memory>
#include <vector>

#include "factors/12_admin_processes/parts/admin_tasks.h"
#include "factors/contracts/database.h"
#include "factors/service/service_runtime.h"

namespace twelve {

/// The one-off process "admin TASK": does one task on the databases that this configuration names,
/// and ends. It opens no port. Same binary, configuration and release as the other types, so the
/// task sees what they see.
///
/// Threads: made, run and destroyed on the main thread, with the termination installed.
/// Owns:    its databases.
/// Errors:  see ServiceRuntime; exit code 69 when a database cannot be had, 1 when the task failed.
class AdminProcess {
 public:
  /// `runtime` must outlive it.
  AdminProcess(ServiceRuntime& runtime, AdminRequest request)
      : runtime_(runtime), request_(std::move(request)) {}

  /// Blocks; the exit code. REQUIRES: the runtime has begun.
  int Run();
  bool HasWorkInFlight() const { return false; }

 private:
  Status Connect();
  int DoTask();

  ServiceRuntime& runtime_;
  const AdminRequest request_;
  std::vector<std::unique_ptr<Database>> databases_;
};

}  // namespace twelve
