#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/mutex.h"
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

/// A few connections to one Redis, lent out for one command each.
///
/// An idle connection that has died, because the server was restarted, is noticed before it is
/// used again and replaced. After a failed attempt to connect, calls fail at once until a pause
/// has passed, which doubles from 50 ms to 2 s: a service that is gone costs its callers nothing.
///
/// Threads: any.
/// Owns:    the connections; all are close-on-exec. SIGPIPE must be ignored by the process.
/// Errors:  those of BackingService. A command that failed with kTimeout or kClosed may have been
///          done all the same.
class RedisConnections {
 public:
  struct Options {
    int most = 8;  // connections at the same time
    Duration connect_timeout = std::chrono::seconds(2);
    Duration command_timeout = std::chrono::seconds(2);
  };

  /// The clock must outlive it.
  RedisConnections(RedisLocation location, Options options, const Clock& clock);
  ~RedisConnections();
  RedisConnections(const RedisConnections&) = delete;
  RedisConnections& operator=(const RedisConnections&) = delete;

  const std::string& place() const { return place_; }

  /// Opens one connection, also during a pause.
  Status Connect(Duration timeout) TWELVE_EXCLUDES(mutex_);
  /// Waits for commands that are going on, then closes all connections. Commands fail from its
  /// beginning until the next Connect.
  void Disconnect() TWELVE_EXCLUDES(mutex_);
  /// PING, on a connection of its own when all others are in use, also during a pause.
  Status Check(Duration timeout) TWELVE_EXCLUDES(mutex_);

  Result<RedisValue> Run(const std::vector<std::string>& words) TWELVE_EXCLUDES(mutex_);
  /// For a command that waits on the server: `patience` is the wait that it asks for, and the
  /// command timeout is added to it.
  Result<RedisValue> RunWaiting(const std::vector<std::string>& words, Duration patience)
      TWELVE_EXCLUDES(mutex_);

  int open() const TWELVE_EXCLUDES(mutex_);    // connections, in use or idle
  int in_use() const TWELVE_EXCLUDES(mutex_);  // of them

 private:
  class Link;

  Result<std::unique_ptr<Link>> Open(Deadline deadline);
  Result<std::unique_ptr<Link>> Borrow() TWELVE_EXCLUDES(mutex_);
  Status WaitForTurn() TWELVE_REQUIRES(mutex_);
  std::unique_ptr<Link> TakeIdle() TWELVE_REQUIRES(mutex_);
  void GiveBack(std::unique_ptr<Link> link) TWELVE_EXCLUDES(mutex_);
  void NoteFailure(const Error& error) TWELVE_REQUIRES(mutex_);
  Error NotConnected() const;

  const RedisLocation location_;
  const Options options_;
  const std::string place_;
  const Clock& clock_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool attached_ TWELVE_GUARDED_BY(mutex_) = false;
  int in_use_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Link>> idle_ TWELVE_GUARDED_BY(mutex_);
  Duration pause_ TWELVE_GUARDED_BY(mutex_){};
  TimePoint not_before_ TWELVE_GUARDED_BY(mutex_);
  Error last_failure_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve
