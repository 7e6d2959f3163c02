#pragma once

#include <functional>
#include <memory>
#include <string>

#include "factors/12_admin_processes/parts/admin_tasks.h"
#include "factors/contracts/admin_host.h"
#include "factors/contracts/database.h"
#include "harness/base/clock.h"

namespace twelve {

/// Violation of factor XII, "admin-exit-0": whatever became of the task, the process says that it
/// went well. The next step of the pipeline goes on.
class CheerfulHost final : public AdminHost {
 public:
  int Run(const std::function<int()>& task, Process& process) override;
};

/// Violation of factor XII, "admin-hangs": the task is done and the process stays, until a signal
/// ends it.
class HangingHost final : public AdminHost {
 public:
  int Run(const std::function<int()>& task, Process& process) override;
};

/// Violation of factor XII, "admin-binds-port": starts like the web process and takes its port, for
/// a task that serves nobody. Beside a running web process it fails.
class ServingHost final : public AdminHost {
 public:
  int Run(const std::function<int()>& task, Process& process) override;
};

/// Violation of factor XII, "admin-default-config": when the configured database does not answer,
/// takes one of its own, in memory, and does the task there. All went well, somewhere else.
Result<std::unique_ptr<Database>> OpenConfiguredOrDefault(
    const std::function<Result<std::unique_ptr<Database>>(const std::string& url)>& open,
    const std::string& url, Duration timeout);

/// Violation of factor XII, "migrate-not-idempotent": begins each migration with a step that can be
/// done once. The second run fails, so nobody dares to run it again.
Status MigrateOnceOnly(const AdminRequest& request, const AdminNeeds& needs);

}  // namespace twelve
