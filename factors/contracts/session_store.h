#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

struct Session {
  std::string id;
  std::string user_id;
  std::string data;  // a JSON object
  WallTime created_at;
  WallTime expires_at;
};

/// Keeps sessions outside of the process, so that any process can answer for any session.
///
/// Threads: any.
/// Errors:  kBusy when others hold the store for too long, kSystem otherwise. A session that is
///          not there, or whose time is over, is an empty optional or false, not an error.
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  virtual Result<Session> Create(std::string user_id, std::string data) = 0;
  virtual Result<std::optional<Session>> Find(const std::string& id) = 0;
  /// Replaces the data and renews the time to live.
  virtual Result<std::optional<Session>> Replace(const std::string& id, std::string data) = 0;
  virtual Result<bool> Remove(const std::string& id) = 0;
  virtual Result<std::int64_t> Count() = 0;
  /// Can it be used right now? Cheap enough for every readiness probe.
  virtual Status Check() = 0;
};

}  // namespace twelve
