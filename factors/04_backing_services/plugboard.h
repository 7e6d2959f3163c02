#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/lab/lab.h"
#include "factors/scene.h"
#include "harness/backing/backing_instance.h"

namespace twelve::backing_services {

/// Two databases and two caches, and a path to database A on which things can go wrong. Where a
/// server is not installed, SQLite files stand in for its two.
///
/// Threads: the experiment's.
/// Owns:    the servers and the path; they end with it.
/// Errors:  Start fails when a file or the path cannot be made, or the schema.
class Plugboard {
 public:
  /// Starts servers and path, and makes the schema in both databases.
  Status Start(Lab& lab);

  bool has_postgres() const { return path_ != nullptr; }
  /// Why there is no PostgreSQL, as a sentence; empty when there is one.
  const std::string& missing() const { return missing_; }
  BackingInstance& postgres_a() { return *postgres_[0]; }
  /// REQUIRES: has_postgres().
  FaultProxy& path() { return *path_; }

  /// "database" or "cache": what it may be plugged into, A first.
  std::vector<std::string> Choices(const std::string& resource) const;
  /// Empty when there is no such choice.
  std::string Url(const std::string& resource, const std::string& choice) const;

 private:
  struct Plug {
    std::string name, url;
  };
  Status StartPath(Lab& lab);
  const std::vector<Plug>* Plugs(const std::string& resource) const;

  std::unique_ptr<BackingInstance> postgres_[2], redis_[2];
  std::unique_ptr<FaultProxy> path_;
  std::vector<Plug> databases_, caches_;
  std::string missing_;
};

}  // namespace twelve::backing_services
