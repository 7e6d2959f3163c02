#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// A row of what the service is for: so many of something.
struct Item {
  std::string id;
  std::string name;
  std::int64_t quantity = 0;
  WallTime created_at{};
  WallTime updated_at{};
};

/// Keeps items outside of the process. An item that is acknowledged is there for every process.
///
/// Threads: any.
/// Errors:  as Database.
class ItemStore {
 public:
  virtual ~ItemStore() = default;
  /// Makes or replaces the one with this id, so that a client may safely try again; true when it
  /// is new. `item` is given its times.
  virtual Result<bool> Put(Item& item) = 0;
  virtual Result<std::optional<Item>> Find(const std::string& id) = 0;
  virtual Result<bool> Remove(const std::string& id) = 0;
  /// The newest `limit` whose name contains `search`; all when it is empty. Whether case counts
  /// is up to the database.
  virtual Result<std::vector<Item>> List(const std::string& search, std::int64_t limit) = 0;
};

}  // namespace twelve
