#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "factors/contracts/item_store.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Violation of factor VI, "infinite-cache": what was read once is never read again. Another
/// process may change it; this one goes on telling the old value.
///
/// Threads: any.
/// Owns:    the store behind it.
class EverlastingItemCache final : public ItemStore {
 public:
  explicit EverlastingItemCache(std::unique_ptr<ItemStore> store) : store_(std::move(store)) {}

  Result<bool> Put(Item& item) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Item>> Find(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<bool> Remove(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::vector<Item>> List(const std::string& search, std::int64_t limit) override {
    return store_->List(search, limit);
  }

 private:
  const std::unique_ptr<ItemStore> store_;
  Mutex mutex_;
  std::map<std::string, Item> read_ TWELVE_GUARDED_BY(mutex_);
};

/// Violation of factor VI, "write-behind": acknowledges at once and stores every two seconds, so
/// that the answer is quick. SIGKILL takes what was acknowledged and not stored.
///
/// Threads: any.
/// Owns:    the store behind it, and a thread that stores; the destructor stores the rest.
class WriteBehindItemStore final : public ItemStore {
 public:
  static constexpr std::chrono::seconds kEvery{2};

  /// The clock must outlive it.
  WriteBehindItemStore(std::unique_ptr<ItemStore> store, Duration every, const Clock& clock);
  ~WriteBehindItemStore() override;

  Result<bool> Put(Item& item) override TWELVE_EXCLUDES(mutex_);
  Result<std::optional<Item>> Find(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<bool> Remove(const std::string& id) override TWELVE_EXCLUDES(mutex_);
  Result<std::vector<Item>> List(const std::string& search, std::int64_t limit) override {
    return store_->List(search, limit);
  }

 private:
  void Run() TWELVE_EXCLUDES(mutex_);
  void StorePending() TWELVE_EXCLUDES(mutex_);

  const std::unique_ptr<ItemStore> store_;
  const Duration every_;
  const Clock& clock_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ TWELVE_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::optional<Item>> pending_ TWELVE_GUARDED_BY(mutex_);  // none: removed
  std::thread thread_;
};

}  // namespace twelve
