#include "factors/12_admin_processes/parts/careless_admin.h"

#include <fmt/format.h>

#include <cstdio>

namespace twelve {

int CheerfulHost::Run(const std::function<int()>& task, Process& /*process*/) {
  task();
  return 0;
}

int HangingHost::Run(const std::function<int()>& task, Process& process) {
  const int exit_code = task();
  while (!process.termination.WaitForRequest(std::chrono::hours(1))) {
  }
  return exit_code;
}

int ServingHost::Run(const std::function<int()>& task, Process& process) {
  const Result<BoundPort> port = process.binder.Bind(process.host, process.port);
  if (!port) {
    fmt::print(stderr, "twelve-service: {}\n", port.error().message);
    return 1;
  }
  return task();
}

Result<std::unique_ptr<Database>> OpenConfiguredOrDefault(
    const std::function<Result<std::unique_ptr<Database>>(const std::string& url)>& open,
    const std::string& url, Duration timeout) {
  Result<std::unique_ptr<Database>> configured = open(url);
  if (configured.ok() && (*configured)->Connect(timeout).ok()) return configured;
  return open("sqlite::memory:");
}

Status MigrateOnceOnly(const AdminRequest& request, const AdminNeeds& needs) {
  if (request.task == "migrate" && request.action != "status") {
    const Result<SqlRows> made =
        needs.databases.at(0)->Query("CREATE TABLE migration_begun (at_ms BIGINT NOT NULL)", {});
    if (!made) return made.error();
  }
  return RunAdminTask(request, needs);
}

}  // namespace twelve
