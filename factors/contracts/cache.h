#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "factors/contracts/backing_service.h"

namespace twelve {

/// Keys and values with a time to live; what expired is not there.
///
/// Threads: any.
/// Errors:  as BackingService.
class Cache : public BackingService {
 public:
  BackingKind kind() const override { return BackingKind::kCache; }
  virtual Status Set(const std::string& key, const std::string& value, Duration time_to_live) = 0;
  /// Sets only what is there; false when it is not.
  virtual Result<bool> Replace(const std::string& key, const std::string& value,
                               Duration time_to_live) = 0;
  virtual Result<std::optional<std::string>> Get(const std::string& key) = 0;
  virtual Result<bool> Remove(const std::string& key) = 0;
  /// How many live keys begin with `prefix`. May walk all keys: not for every request.
  virtual Result<std::int64_t> Count(const std::string& prefix) = 0;
};

}  // namespace twelve
