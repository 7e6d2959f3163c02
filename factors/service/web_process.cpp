#include "factors/service/web_process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>

#include "factors/06_processes/parts/process_info.h"
#include "factors/06_processes/parts/session_routes.h"
#include "factors/09_disposability/parts/health_routes.h"
#include "factors/service/exit_code.h"
#include "factors/service/practice_routes.h"

namespace twelve {
namespace {

constexpr const char* kProcessType = "web";

/// Shared by all processes of one user, because sessions must be. Nothing has to be installed.
std::string DefaultDatabaseUrl(const Environment& environment) {
  const auto found = environment.find("TMPDIR");
  const bool usable = found != environment.end() && found->second.starts_with('/');
  return SqliteUrl(
      fmt::format("{}/twelve-service.{}.sqlite", usable ? found->second : "/tmp", ::getuid()));
}

Status CheckDatabaseUrl(const std::string& url) {
  const Result<DatabaseLocation> location = ParseDatabaseUrl(url);
  return location ? Status() : location.error();
}

template <typename Routes>
void Append(std::vector<HttpRoute>& all, Routes&& routes) {
  all.insert(all.end(), std::make_move_iterator(routes.begin()),
             std::make_move_iterator(routes.end()));
}

}  // namespace

WebProcess::WebProcess(PartChoice& parts, Environment environment,
                       std::vector<std::string> violations)
    : parts_(parts), environment_(std::move(environment)), violations_(std::move(violations)) {}

bool WebProcess::HasRequestsInFlight() const {
  return server_ && server_->Open() > 0;
}

int WebProcess::Run() {
  if (const Status status = ReadConfig(); !status) return Fail(kExitConfig, status.error());
  events_ = parts_.make_events({clock_, config_.service_name, config_.log_level});
  parts_.configure_termination({config_.drain_delay, config_.grace, drain_, *events_, clock_});
  Started();
  if (const Status status = Boot(); !status) return Fail(kExitUnavailable, status.error());
  if (parts_.termination->WaitForRequest(Duration::zero())) {
    Stopped(0);
    return 0;
  }
  MakeServer();
  Result<BoundPort> port = parts_.binder->Bind(config_.host, config_.port);
  if (!port) {
    const bool wrong = port.error().code == ErrorCode::kInvalid;
    return Fail(wrong ? kExitConfig : kExitUnavailable, port.error());
  }
  return Serve(std::move(port).value());
}

Status WebProcess::ReadConfig() {
  const std::vector<SettingRow> schema =
      ServiceSchema(CheckDatabaseUrl, DefaultDatabaseUrl(environment_));
  Result<Settings> settings = Settings::Read(schema, environment_);
  if (!settings) return settings.error();
  settings_ = std::move(settings).value();
  config_ = ToServiceConfig(settings_);
  Result<DatabaseLocation> database = ParseDatabaseUrl(config_.database_url);
  if (!database) return database.error();
  database_ = std::move(database).value();
  return {};
}

Status WebProcess::Boot() {
  for (const std::unique_ptr<BootStep>& step : parts_.boot) {
    if (Status status = step->Run(*parts_.termination); !status) return status;
  }
  auto store = SqliteSessionStore::Open(database_.sqlite_path, config_.session_ttl, clock_);
  if (!store) return store.error();
  store_ = std::move(store).value();
  return {};
}

std::vector<HttpRoute> WebProcess::Routes() {
  std::vector<HttpRoute> routes = PracticeRoutes(config_.service_name);
  Append(routes, HealthRoutes(drain_, [this] { return store_->Check(); }));
  Append(routes,
         VersionRoutes({config_.service_name, config_.release_id, std::string(BuiltFromCommit())}));
  Append(routes, ConfigRoutes(settings_));
  Append(routes, metrics_.Routes());
  Append(routes, ProcessRoutes(kProcessType, config_.release_id, clock_));
  Append(routes, SessionRoutes(*store_));
  return routes;
}

void WebProcess::AddGauges() {
  metrics_.Add({"http_open_connections", "gauge", "Connections that are open.",
                [this] { return static_cast<double>(server_->Open()); }});
  metrics_.Add({"events_dropped_total", "counter", "Events that nobody read in time.",
                [this] { return static_cast<double>(events_->Dropped()); }});
  metrics_.Add({"process_uptime_seconds", "gauge", "Since the process started.",
                [this] { return ToSeconds(clock_.Now() - start_); }});
}

void WebProcess::MakeServer() {
  AddGauges();
  ServerOptions options;
  options.headers =
      ReleaseHeaders({config_.service_name, config_.release_id, std::string(BuiltFromCommit())});
  server_ = std::make_unique<HttpServer>(
      std::move(options), Routes(), [this](const RequestRecord& record) { Observe(record); },
      drain_, clock_);
}

int WebProcess::Serve(BoundPort port) {
  const std::string host =
      port.host.find(':') == std::string::npos ? port.host : "[" + port.host + "]";
  server_->Start(std::move(port.listener));
  events_->Write({"listening",
                  {{"host", port.host},
                   {"port", std::int64_t{port.port}},
                   {"url", fmt::format("http://{}:{}", host, port.port)},
                   {"startup_ms", ToMs(clock_.Now() - start_)}}});
  const int exit_code = parts_.termination->Run(*server_);
  Stopped(exit_code);
  return exit_code;
}

void WebProcess::Observe(const RequestRecord& record) {
  metrics_.Observe(record);
  if (!record.error.empty()) {
    events_->Write({"error",
                    {{"request_id", record.request_id}, {"error_message", record.error}},
                    EventLevel::kError,
                    record.trace_id});
  }
  events_->Write({"http_request",
                  {{"request_id", record.request_id},
                   {"method", record.method},
                   {"path", record.path},
                   {"status_code", std::int64_t{record.status}},
                   {"duration_ms", ToMs(record.took)}},
                  record.status >= 500 ? EventLevel::kError : EventLevel::kInfo,
                  record.trace_id});
}

int WebProcess::Fail(int exit_code, const Error& error) {
  if (events_) {
    events_->Write({"cannot_start",
                    {{"reason", error.message}, {"exit_code", std::int64_t{exit_code}}},
                    EventLevel::kError});
  }
  fmt::print(stderr, "twelve-service: {}\n", error.message);
  return exit_code;
}

void WebProcess::Started() {
  events_->Write({"starting",
                  {{"process_type", std::string(kProcessType)},
                   {"pid", std::int64_t{::getpid()}},
                   {"release", config_.release_id},
                   {"commit", std::string(BuiltFromCommit())},
                   {"database", MaskedUrl(config_.database_url)},
                   {"violations", fmt::format("{}", fmt::join(violations_, ","))}}});
}

void WebProcess::Stopped(int exit_code) {
  const std::uint64_t answered = server_ ? server_->Answered() : 0;
  events_->Write({"stopped",
                  {{"exit_code", std::int64_t{exit_code}},
                   {"requests_answered", static_cast<std::int64_t>(answered)},
                   {"events_dropped", static_cast<std::int64_t>(events_->Dropped())}}});
}

}  // namespace twelve
