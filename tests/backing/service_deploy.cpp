#include "tests/backing/service_deploy.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "tests/backing/client_program.h"
#include "tests/support/real_backing.h"

namespace twelve {

std::string JsonRequest(std::string_view method, std::string_view path, std::string_view json) {
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      method, path, json.size(), json);
}

Status ServiceDeploy::Begin(const Environment& more) {
  auto rig = LiveRig::Create({});
  if (!rig) return rig.error();
  rig_ = std::move(rig).value();
  auto postgres = LaunchBacking(*rig_, BackingServer::kPostgres, InBuildTree());
  if (!postgres) return postgres.error();
  postgres_ = std::move(postgres).value();
  config_ = {{"DATABASE_URL", postgres_->url()}, {"HOST", "127.0.0.1"}};
  if (layout_ == Layout::kPostgresAndRedis) {
    auto redis = LaunchBacking(*rig_, BackingServer::kRedis);
    if (!redis) return redis.error();
    redis_ = std::move(redis).value();
    config_["CACHE_URL"] = config_["QUEUE_URL"] = redis_->url();
  }
  for (const auto& [name, value] : more) config_[name] = value;
  return Migrate();
}

ProcessSpec ServiceDeploy::Spec(const std::string& type, std::vector<std::string> arguments) {
  const char* bin = std::getenv("TWELVE_BIN");
  ProcessSpec spec;
  spec.type = type;
  spec.name = type + "." + std::to_string(++launched_);
  spec.command.argv = {std::string(bin == nullptr ? "." : bin) + "/twelve-service"};
  spec.command.argv.insert(spec.command.argv.end(), arguments.begin(), arguments.end());
  spec.environment = config_;
  spec.environment["PATH"] = "/usr/bin:/bin";
  return spec;
}

Status ServiceDeploy::Migrate() {
  auto admin = rig_->Launch(Spec("admin", {"admin", "migrate"}));
  if (!admin) return admin.error();
  rig_->WaitUntil([&] { return (*admin)->Snapshot().over(); }, Soon());
  const ProcessStatus status = (*admin)->Snapshot();
  if (status.exit && *status.exit == ExitStatus{}) return {};
  std::string said = "admin migrate: " + status.reason;
  for (const LogLine& line : (*admin)->Logs(20)) said += "\n" + line.text;
  return Error{ErrorCode::kClosed, said, {}, 0};
}

std::unique_ptr<Instance> ServiceDeploy::LaunchReady(ProcessSpec spec) {
  auto launched = rig_->Launch(std::move(spec));
  if (!launched) return nullptr;
  std::unique_ptr<Instance> instance = std::move(launched).value();
  rig_->WaitUntil(
      [&] {
        const ProcessStatus status = instance->Snapshot();
        return status.ready.has_value() || status.over();
      },
      Soon());
  return instance->Snapshot().ready ? std::move(instance) : nullptr;
}

std::unique_ptr<Instance> ServiceDeploy::LaunchWeb() {
  const auto port = rig_->LeasePort();
  if (!port) return nullptr;
  ProcessSpec spec = Spec("web", {"web"});
  spec.port = *port;
  spec.environment["PORT"] = std::to_string(*port);
  spec.readiness = ReadyOnHttp{*port, "/ready"};
  return LaunchReady(std::move(spec));
}

std::unique_ptr<Instance> ServiceDeploy::LaunchWorker() {
  ProcessSpec spec = Spec("worker", {"worker"});
  spec.readiness = ReadyOnLog{R"("event_type":"working")"};
  spec.restart.when = RestartPolicy::When::kAlways;
  spec.restart.first_delay = std::chrono::milliseconds(50);
  spec.restart.max_delay = std::chrono::milliseconds(200);
  return LaunchReady(std::move(spec));
}

HttpAnswer ServiceDeploy::Send(std::uint16_t port, std::string_view method, std::string_view path,
                               std::string_view json) {
  auto connection = rig_->Connect(port);
  if (!connection) return {};
  (*connection)->Send(JsonRequest(method, path, json));
  HttpAnswer answer;
  rig_->WaitUntil(
      [&] {
        const Connection::State state = (*connection)->state();
        const bool open =
            state == Connection::State::kConnecting || state == Connection::State::kOpen;
        answer = ParseAnswer((*connection)->Received(), !open);
        return answer.complete || !open;
      },
      Soon());
  return answer;
}

std::string ServiceDeploy::Sql(const std::string& statement) const {
  return Psql(postgres_->url(), statement);
}

}  // namespace twelve
