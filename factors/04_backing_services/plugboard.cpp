#include "factors/04_backing_services/plugboard.h"

#include <fmt/format.h>

#include <chrono>

namespace twelve::backing_services {
namespace {

using std::chrono::seconds;

constexpr Duration kMigratesWithin = seconds(30);

/// As an operator does it: one process that does it and ends.
Status Migrate(Lab& lab, const std::string& url) {
  ProcessSpec spec;
  spec.name = "admin.1";
  spec.type = "admin";
  spec.command.argv = {lab.programs.service, "admin", "migrate"};
  spec.environment = {{"DATABASE_URL", url}};
  Result<std::unique_ptr<Instance>> admin = lab.rig.Launch(std::move(spec));
  if (!admin) return admin.error();
  (void)lab.Wait([&] { return (*admin)->Snapshot().over(); }, kMigratesWithin,
                 "waiting for admin migrate");
  const ProcessStatus status = (*admin)->Snapshot();
  if (status.exit && *status.exit == ExitStatus{}) return {};
  return Error{
      ErrorCode::kClosed, "The schema was not made: admin migrate " + status.reason + ".", {}, 0};
}

/// "postgres://u:p@127.0.0.1:6000/shop" with another port.
std::string WithPort(const std::string& url, std::uint16_t from, std::uint16_t to) {
  const std::string port = fmt::format(":{}/", from);
  const std::size_t at = url.rfind(port);
  return url.substr(0, at) + fmt::format(":{}/", to) + url.substr(at + port.size());
}

}  // namespace

Status Plugboard::Start(Lab& lab) {
  Result<std::string> files = lab.rig.MakeDirectory("plugs");
  if (!files) return files.error();
  BackingOptions options;
  options.durable = false;  // nobody measures the disk here
  for (int i = 0; i < 2; ++i) {
    const char letter = i == 0 ? 'A' : 'B';
    auto postgres = LaunchBacking(lab.rig, BackingServer::kPostgres, options);
    if (postgres) {
      postgres_[i] = std::move(postgres).value();
      databases_.push_back({fmt::format("PostgreSQL {}", letter), postgres_[i]->url()});
    } else {
      missing_ = postgres.error().message;
      databases_.push_back(
          {fmt::format("SQLite {}", letter), fmt::format("sqlite://{}/{}.db", *files, letter)});
    }
    auto redis = LaunchBacking(lab.rig, BackingServer::kRedis, options);
    if (redis) {
      redis_[i] = std::move(redis).value();
      caches_.push_back({fmt::format("Redis {}", letter), redis_[i]->url()});
    } else {
      caches_.push_back({fmt::format("SQLite cache {}", letter),
                         fmt::format("sqlite://{}/cache-{}.db", *files, letter)});
    }
  }
  return missing_.empty() ? StartPath(lab) : Status();
}

Status Plugboard::StartPath(Lab& lab) {
  for (const Plug& database : databases_) {
    if (Status made = Migrate(lab, database.url); !made) return made;
  }
  ProxyPlan plan;
  plan.target.port = postgres_[0]->port();
  Result<std::unique_ptr<FaultProxy>> path = lab.rig.StartProxy(plan);
  if (!path) return path.error();
  path_ = std::move(path).value();
  databases_[0].url = WithPort(databases_[0].url, postgres_[0]->port(), path_->port());
  return {};
}

const std::vector<Plugboard::Plug>* Plugboard::Plugs(const std::string& resource) const {
  if (resource == "database") return &databases_;
  return resource == "cache" ? &caches_ : nullptr;
}

std::vector<std::string> Plugboard::Choices(const std::string& resource) const {
  std::vector<std::string> names;
  const std::vector<Plug>* const plugs = Plugs(resource);
  if (plugs == nullptr) return names;
  for (const Plug& plug : *plugs) names.push_back(plug.name);
  return names;
}

std::string Plugboard::Url(const std::string& resource, const std::string& choice) const {
  const std::vector<Plug>* const plugs = Plugs(resource);
  if (plugs == nullptr) return {};
  for (const Plug& plug : *plugs) {
    if (plug.name == choice) return plug.url;
  }
  return {};
}

}  // namespace twelve::backing_services
