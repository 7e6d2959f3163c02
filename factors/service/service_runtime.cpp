#include "factors/service/service_runtime.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>

#include "factors/04_backing_services/parts/backing_url.h"
#include "factors/04_backing_services/parts/open_backing.h"
#include "factors/04_backing_services/parts/open_job_queue.h"
#include "factors/04_backing_services/parts/open_storage.h"
#include "factors/04_backing_services/parts/sqlite_url.h"
#include "factors/service/exit_code.h"

namespace twelve {
namespace {

/// Shared by all processes of one user, because sessions must be. Nothing has to be installed.
std::string DefaultDatabaseUrl(const Environment& environment) {
  const auto found = environment.find("TMPDIR");
  const bool usable = found != environment.end() && found->second.starts_with('/');
  return SqliteUrl(
      fmt::format("{}/twelve-service.{}.sqlite", usable ? found->second : "/tmp", ::getuid()));
}

/// A directory beside the file of an embedded database. A remote one has no such place, and what is
/// in memory has none at all.
std::string StorageBeside(const std::string& database_url) {
  if (SchemeOf(database_url) != "sqlite") return {};
  const Result<std::string> path = ParseSqliteUrl(database_url);
  if (!path || !path->starts_with('/')) return {};
  const std::string url = SqliteUrl(*path + ".files");
  return "file" + url.substr(url.find(':'));
}

Status CheckFeatureFlags(const std::string& json) {
  const Result<RolloutFlags> flags = RolloutFlags::Parse(json);
  return flags ? Status() : flags.error();
}

}  // namespace

ServiceRuntime::ServiceRuntime(PartChoice& parts, Environment environment, ProcessRole role)
    : parts_(parts), environment_(std::move(environment)), role_(std::move(role)) {}

Status ServiceRuntime::ReadConfig() {
  SchemaNeeds needs;
  needs.database_url = CheckDatabaseUrl;
  needs.cache_url = CheckCacheUrl;
  needs.queue_url = CheckQueueUrl;
  needs.storage_url = CheckStorageUrl;
  needs.storage_beside = StorageBeside;
  needs.feature_flags = CheckFeatureFlags;
  needs.default_database_url = DefaultDatabaseUrl(environment_);
  std::vector<SettingRow> schema = ServiceSchema(needs);
  if (Status status = RequireSettings(schema, role_.required); !status) return status;
  Result<Settings> settings = parts_.settings_reader->Read(schema, environment_);
  if (!settings) return settings.error();
  settings_ = std::move(settings).value();
  config_ = ToServiceConfig(settings_);
  config_.database_url =
      parts_.adapter_choice->DatabaseUrl(config_.database_url, config_.environment_name);
  Result<RolloutFlags> flags = RolloutFlags::Parse(config_.feature_flags);
  if (!flags) return flags.error();
  flags_ = std::move(flags).value();
  return {};
}

std::optional<int> ServiceRuntime::Begin() {
  if (const Status status = ReadConfig(); !status) return Fail(kExitConfig, status.error());
  const ReleaseIdentity release = this->release();
  events_ = parts_.make_events(
      {clock_, config_.service_name, config_.log_level, {release.release_id, release.commit}});
  events_->Write({"starting",
                  {{"process_type", role_.process_type},
                   {"pid", std::int64_t{::getpid()}},
                   {"release", release.release_id},
                   {"commit", release.commit},
                   {"clean_tree", release.clean_tree},
                   {"database", MaskedUrl(config_.database_url)},
                   {"violations", fmt::format("{}", fmt::join(role_.violations, ","))}}});
  return std::nullopt;
}

void ServiceRuntime::ConfigureTermination(Duration drain_delay) {
  parts_.configure_termination({drain_delay, config_.grace, drain_, *events_, clock_});
}

int ServiceRuntime::Fail(int exit_code, const Error& error) {
  if (events_) {
    events_->Write({"cannot_start",
                    {{"reason", error.message}, {"exit_code", std::int64_t{exit_code}}},
                    EventLevel::kError});
  }
  fmt::print(stderr, "twelve-service: {}\n", error.message);
  return exit_code;
}

int ServiceRuntime::End(int exit_code, const std::vector<EventField>& counted) {
  Event event{"stopped", {{"exit_code", std::int64_t{exit_code}}}};
  event.data.insert(event.data.end(), counted.begin(), counted.end());
  event.data.push_back({"events_dropped", static_cast<std::int64_t>(events_->Dropped())});
  events_->Write(event);
  return exit_code;
}

ReleaseIdentity ServiceRuntime::release() const {
  return parts_.name_release(config_.service_name, config_.release_id);
}

}  // namespace twelve
