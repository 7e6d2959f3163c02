#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/backing/backing_instance.h"
#include "harness/rig/live_rig.h"

namespace twelve {

/// What the service keeps where.
enum class Layout {
  kPostgresAndRedis,  // items in PostgreSQL, sessions and jobs in Redis
  kPostgresAlone,     // all of it in PostgreSQL
};

/// A request that asks for the end of its connection.
std::string JsonRequest(std::string_view method, std::string_view path, std::string_view json);

/// The reference service as an operator runs it: real backing services, attached by URL alone, a
/// schema that `admin migrate` made, and processes of one release under one config.
///
/// Threads: one. Owns: all of it.
/// Errors:  Begin says what went wrong; the rest returns null.
class ServiceDeploy {
 public:
  explicit ServiceDeploy(Layout layout) : layout_(layout) {}

  /// `more` is added to the config.
  Status Begin(const Environment& more = {});

  Rig& rig() { return *rig_; }
  BackingInstance& postgres() { return *postgres_; }
  /// REQUIRES: kPostgresAndRedis.
  BackingInstance& redis() { return *redis_; }
  const Environment& config() const { return config_; }
  /// A generous deadline from now on.
  Deadline Soon() const { return Deadline::After(rig_->clock(), std::chrono::seconds(30)); }

  /// A ready web process on a leased port.
  std::unique_ptr<Instance> LaunchWeb();
  /// A working worker. It is started again whenever it ends and nobody asked for it.
  std::unique_ptr<Instance> LaunchWorker();

  /// One request on a connection of its own.
  HttpAnswer Send(std::uint16_t port, std::string_view method, std::string_view path,
                  std::string_view json);

  /// What the database answers, a line for each row.
  std::string Sql(const std::string& statement) const;

 private:
  ProcessSpec Spec(const std::string& type, std::vector<std::string> arguments);
  std::unique_ptr<Instance> LaunchReady(ProcessSpec spec);
  Status Migrate();

  const Layout layout_;
  std::unique_ptr<LiveRig> rig_;
  std::unique_ptr<BackingInstance> postgres_, redis_;
  Environment config_;
  int launched_ = 0;
};

}  // namespace twelve
