#pragma once

#include <map>
#include <string>
#include <vector>

#include "factors/contracts/item_store.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Violation of factor VI, "memory-store": a map. Another process knows nothing of it, and a
/// restart forgets it.
///
/// Threads: any.
class MemoryItemStore : public ItemStore {
 public:
  /// The clock must outlive it.
  explicit MemoryItemStore(const Clock& clock) : clock_(clock) {}

  Result<bool> Put(Item& item) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Item>> Find(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<bool> Remove(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::vector<Item>> List(const std::string& search, std::int64_t limit) override
      TWELVE_EXCLUDES(mutex_);

 protected:
  using Items = std::map<std::string, Item>;

  /// Before each use, and after each change: of one item, which `items` does not hold any more
  /// when it was removed.
  virtual Status Load(Items& /*items*/) { return {}; }
  virtual Status Save(const Items& /*items*/, const std::string& /*changed_id*/) { return {}; }

 private:
  const Clock& clock_;
  Mutex mutex_;
  Items items_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve
