#include "factors/06_processes/parts/memory_item_store.h"

#include <algorithm>

namespace twelve {

Result<bool> MemoryItemStore::Put(Item& item) {
  MutexLock lock(mutex_);
  if (Status status = Load(items_); !status) return status.error();
  const auto found = items_.find(item.id);
  const bool is_new = found == items_.end();
  item.updated_at = clock_.WallNow();
  item.created_at = is_new ? item.updated_at : found->second.created_at;
  items_[item.id] = item;
  if (Status status = Save(items_, item.id); !status) return status.error();
  return is_new;
}

Result<std::optional<Item>> MemoryItemStore::Find(const std::string& id) {
  MutexLock lock(mutex_);
  if (Status status = Load(items_); !status) return status.error();
  const auto found = items_.find(id);
  return found == items_.end() ? std::nullopt : std::optional(found->second);
}

Result<bool> MemoryItemStore::Remove(const std::string& id) {
  MutexLock lock(mutex_);
  if (Status status = Load(items_); !status) return status.error();
  if (items_.erase(id) == 0) return false;
  if (Status status = Save(items_, id); !status) return status.error();
  return true;
}

Result<std::vector<Item>> MemoryItemStore::List(const std::string& search, std::int64_t limit) {
  MutexLock lock(mutex_);
  if (Status status = Load(items_); !status) return status.error();
  std::vector<Item> found;
  for (const auto& [id, item] : items_) {
    if (item.name.find(search) != std::string::npos) found.push_back(item);
  }
  std::sort(found.begin(), found.end(),
            [](const Item& a, const Item& b) { return a.created_at > b.created_at; });
  if (found.size() > static_cast<std::size_t>(limit)) found.resize(static_cast<std::size_t>(limit));
  return found;
}

}  // namespace twelve
