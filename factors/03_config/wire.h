#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/03_config/judge.h"
#include "factors/03_config/probe.h"
#include "harness/backing/backing_instance.h"

namespace twelve::config {

/// A database that a service can lose: a private PostgreSQL behind a fault proxy or, where
/// PostgreSQL is not installed, a port that refuses.
///
/// Threads: the experiment's.
/// Owns:    the server and the proxy; they end with it.
class Wire {
 public:
  /// Starts what is not running yet, which takes seconds the first time.
  Status Start(Lab& lab);
  /// Runs a service on it, cuts the wire, looks for the password, mends the wire.
  WireFacts Measure(Lab& lab);
  /// What the service logged of the outage; lines that hold the password are told apart.
  const std::vector<std::string>& lines() const { return lines_; }
  const std::string& password() const { return password_; }

 private:
  std::string Url() const;
  void Migrate(Lab& lab);
  /// Asks GET /ready until the status is as wanted; false after ten seconds.
  bool AwaitStatus(Lab& lab, std::uint16_t port, int status, const std::string& what);
  void Observe(Lab& lab, const Probe& probe, const std::string& key, WireFacts& facts);

  std::string password_;
  std::unique_ptr<BackingInstance> postgres_;  // null: not installed
  std::unique_ptr<FaultProxy> proxy_;
  std::uint16_t port_ = 0;
  bool migrated_ = false;
  std::vector<std::string> lines_;
};

}  // namespace twelve::config
