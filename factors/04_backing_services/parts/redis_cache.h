#pragma once

#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/04_backing_services/parts/redis_connection.h"
#include "factors/contracts/cache.h"

namespace twelve {

/// Factor IV: a Redis server, wherever it is. It forgets by itself what has ended.
///   redis://user:password@host:port/0
///
/// Threads: any.
/// Owns:    a few connections.
/// Errors:  see Cache.
class RedisCache final : public Cache {
 public:
  /// The clock must outlive it.
  RedisCache(RedisLocation location, const BackingOptions& options, const Clock& clock);

  std::string place() const override { return connections_.place(); }
  Status Connect(Duration timeout) override { return connections_.Connect(timeout); }
  void Disconnect() override { connections_.Disconnect(); }
  Status Check(Duration timeout) override { return connections_.Check(timeout); }
  std::vector<BackingFigure> Figures() const override { return connections_.Figures(); }

  Status Set(const std::string& key, const std::string& value, Duration time_to_live) override;
  Result<bool> Replace(const std::string& key, const std::string& value,
                       Duration time_to_live) override;
  Result<std::optional<std::string>> Get(const std::string& key) override;
  Result<bool> Remove(const std::string& key) override;
  /// Walks all keys of the database, a thousand at a time.
  Result<std::int64_t> Count(const std::string& prefix) override;

 private:
  RedisConnections connections_;
};

}  // namespace twelve
