#include "factors/service/admin_process.h"

#include <algorithm>
#include <string>

#include "factors/04_backing_services/parts/open_backing.h"
#include "factors/service/exit_code.h"

namespace twelve {
namespace {

/// The SQL databases of the configuration, that of the items first, each once. A cache or a queue
/// on Redis has no schema.
std::vector<std::string> DatabaseUrls(const ServiceConfig& config) {
  std::vector<std::string> urls;
  for (const std::string& url : {config.database_url, config.cache_url, config.queue_url}) {
    if (CheckDatabaseUrl(url).ok() && std::find(urls.begin(), urls.end(), url) == urls.end()) {
      urls.push_back(url);
    }
  }
  return urls;
}

}  // namespace

int AdminProcess::Run() {
  runtime_.ConfigureTermination(Duration::zero());
  PartChoice& parts = runtime_.parts();
  AdminHost::Process process{*parts.termination, *parts.binder, runtime_.config().host,
                             runtime_.config().port};
  const int exit_code = parts.admin_host->Run([this] { return DoTask(); }, process);
  return runtime_.End(exit_code, {{"task", request_.task}});
}

int AdminProcess::DoTask() {
  if (const Status status = Connect(); !status) {
    return runtime_.Fail(kExitUnavailable, status.error());
  }
  TerminationHandling& termination = *runtime_.parts().termination;
  AdminNeeds needs{{}, runtime_.events(), runtime_.clock(), [&termination] {
                     return termination.WaitForRequest(Duration::zero());
                   }};
  for (const std::unique_ptr<Database>& database : databases_) {
    needs.databases.push_back(database.get());
  }
  const Status status = runtime_.parts().run_admin_task(request_, needs);
  if (status.ok()) return 0;
  return runtime_.Fail(
      kExitTaskFailed,
      Error{status.error().code, "admin " + request_.task + " failed: " + status.error().message,
            status.error().call, status.error().sys_errno});
}

Status AdminProcess::Connect() {
  const ServiceConfig& config = runtime_.config();
  AttachOptions options;
  options.application_name = config.service_name + " admin";
  options.pool_least = 1;
  options.pool_most = 1;
  options.connect_timeout = config.backing_timeout;
  options.statement_timeout = config.backing_timeout;
  for (const std::string& url : DatabaseUrls(config)) {
    auto database = runtime_.parts().open_admin_database(url, options, runtime_.clock());
    if (!database) return database.error();
    if (Status status = (*database)->Connect(config.backing_timeout); !status) return status;
    databases_.push_back(std::move(database).value());
  }
  return {};
}

}  // namespace twelve
