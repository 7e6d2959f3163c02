#pragma once

#include <string>

#include "factors/06_processes/parts/memory_item_store.h"

namespace twelve {

/// Violation of factor VI, "file-store": the whole map as one JSON file in the working directory.
/// A process on another machine, or in another container, has another file.
class FileItemStore final : public MemoryItemStore {
 public:
  static constexpr const char* kFile = "items.json";
  using MemoryItemStore::MemoryItemStore;

 private:
  Status Load(Items& items) override;
  Status Save(const Items& items, const std::string& changed_id) override;
};

/// Violation of factor VI, "json-file-db": a database of one's own, a line of JSON for each change.
/// It grows without end, on a disk that goes away with the process.
class AppendedItemStore final : public MemoryItemStore {
 public:
  static constexpr const char* kFile = "items.jsonl";
  using MemoryItemStore::MemoryItemStore;

 private:
  Status Load(Items& items) override;
  Status Save(const Items& items, const std::string& changed_id) override;
};

}  // namespace twelve
