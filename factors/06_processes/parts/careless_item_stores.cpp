#include "factors/06_processes/parts/careless_item_stores.h"

namespace twelve {

Result<bool> EverlastingItemCache::Put(Item& item) {
  Result<bool> created = store_->Put(item);
  if (!created) return created;
  MutexLock lock(mutex_);
  read_[item.id] = item;
  return created;
}

Result<std::optional<Item>> EverlastingItemCache::Find(const std::string& id) {
  {
    MutexLock lock(mutex_);
    const auto known = read_.find(id);
    if (known != read_.end()) return std::optional(known->second);
  }
  Result<std::optional<Item>> found = store_->Find(id);
  if (!found || !found.value()) return found;
  MutexLock lock(mutex_);
  read_.emplace(id, **found);
  return found;
}

Result<bool> EverlastingItemCache::Remove(const std::string& id) {
  MutexLock lock(mutex_);
  read_.erase(id);
  return store_->Remove(id);
}

WriteBehindItemStore::WriteBehindItemStore(std::unique_ptr<ItemStore> store, Duration every,
                                           const Clock& clock)
    : store_(std::move(store)), every_(every), clock_(clock), thread_([this] { Run(); }) {}

WriteBehindItemStore::~WriteBehindItemStore() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

Result<bool> WriteBehindItemStore::Put(Item& item) {
  const Result<std::optional<Item>> before = Find(item.id);
  const bool is_new = !before || !before.value();
  item.updated_at = clock_.WallNow();
  item.created_at = is_new ? item.updated_at : (*before)->created_at;
  MutexLock lock(mutex_);
  pending_[item.id] = item;
  return is_new;
}

Result<std::optional<Item>> WriteBehindItemStore::Find(const std::string& id) {
  {
    MutexLock lock(mutex_);
    const auto pending = pending_.find(id);
    if (pending != pending_.end()) return pending->second;
  }
  return store_->Find(id);
}

Result<bool> WriteBehindItemStore::Remove(const std::string& id) {
  const Result<std::optional<Item>> before = Find(id);
  if (!before) return before.error();
  MutexLock lock(mutex_);
  pending_[id] = std::nullopt;
  return before->has_value();
}

void WriteBehindItemStore::Run() {
  for (bool last = false; !last;) {
    {
      MutexLock lock(mutex_);
      const TimePoint due = std::chrono::steady_clock::now() + every_;
      while (!stopping_ && std::chrono::steady_clock::now() < due) {
        changed_.WaitUntil(mutex_, due);
      }
      last = stopping_;
    }
    StorePending();
  }
}

void WriteBehindItemStore::StorePending() {
  std::map<std::string, std::optional<Item>> pending;
  {
    MutexLock lock(mutex_);
    pending = pending_;
  }
  for (auto& [id, item] : pending) {
    const bool stored = item ? store_->Put(*item).ok() : store_->Remove(id).ok();
    if (!stored) continue;
    MutexLock lock(mutex_);
    const auto now = pending_.find(id);
    // It stays while it has changed meanwhile.
    const bool same =
        now != pending_.end() && now->second.has_value() == item.has_value() &&
        (!item || (now->second->quantity == item->quantity && now->second->name == item->name));
    if (same) pending_.erase(now);
  }
}

}  // namespace twelve
