#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/04_backing_services/parts/connection_pool.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// redis://user:password@host:port/database
struct RedisLocation {
  std::string user;  // empty: AUTH with the password alone
  std::string password;
  std::string host;
  std::uint16_t port = 6379;
  int database = 0;

  /// Without credentials.
  std::string Place() const;
};

/// Errors: kInvalid; the message completes "CACHE_URL …" and holds no secret.
Result<RedisLocation> ParseRedisUrl(const std::string& url);

/// What Redis answered; an error that it answered with is an Error instead, except inside of a
/// list, where it is a kError item.
struct RedisValue {
  enum class Kind { kNil, kNumber, kText, kList, kError };
  Kind kind = Kind::kNil;
  std::int64_t number = 0;
  std::string text;  // of kText and kError
  std::vector<RedisValue> items;

  bool nil() const { return kind == Kind::kNil; }
};

/// A few connections to one Redis, lent out by a ConnectionPool for one command each.
///
/// Threads: any.
/// Owns:    the connections; all are close-on-exec. SIGPIPE must be ignored by the process.
/// Errors:  those of BackingService. A command that failed with kTimeout or kClosed may have been
///          done all the same.
class RedisConnections {
 public:
  /// The clock must outlive it.
  RedisConnections(RedisLocation location, const BackingOptions& options, const Clock& clock);
  ~RedisConnections();
  RedisConnections(const RedisConnections&) = delete;
  RedisConnections& operator=(const RedisConnections&) = delete;

  const std::string& place() const { return place_; }

  Status Connect(Duration timeout);
  /// Waits for commands that are going on, then closes all connections. Commands fail from its
  /// beginning until the next Connect.
  void Disconnect();
  /// PING.
  Status Check(Duration timeout);
  std::vector<BackingFigure> Figures() const;

  Result<RedisValue> Run(const std::vector<std::string>& words);
  /// For a command that waits on the server: `patience` is the wait that it asks for, and the
  /// time for an answer is added to it.
  Result<RedisValue> RunWaiting(const std::vector<std::string>& words, Duration patience);

 private:
  class Link;

  Result<std::unique_ptr<Link>> Open(Deadline deadline) const;

  const RedisLocation location_;
  const std::string place_;
  const Duration answer_timeout_;
  const Clock& clock_;
  ConnectionPool<Link> pool_;
};

}  // namespace twelve
