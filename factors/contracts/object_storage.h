#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "factors/contracts/backing_service.h"

namespace twelve {

struct StoredObject {
  std::string name;
  std::string bytes;
  std::string content_type;
};

/// Files by name, in a place that every process shares.
///
/// Threads: any.
/// Errors:  as BackingService; kInvalid for a name that is empty, longer than 200 bytes, or holds
///          anything but letters, digits, '.', '_' and '-', or begins with '.'.
class ObjectStorage : public BackingService {
 public:
  BackingKind kind() const override { return BackingKind::kStorage; }
  /// Whole or not at all; replaces what is there.
  virtual Status Put(const StoredObject& object) = 0;
  virtual Result<std::optional<StoredObject>> Get(const std::string& name) = 0;
  virtual Result<bool> Remove(const std::string& name) = 0;
  /// At most `max` names, in order.
  virtual Result<std::vector<std::string>> List(int max) = 0;
};

}  // namespace twelve
