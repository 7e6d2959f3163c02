#pragma once

#include "factors/contracts/database.h"
#include "factors/contracts/item_store.h"
#include "harness/base/clock.h"

namespace twelve {

/// Items as rows of the table "items" in whichever SQL database is attached. What is acknowledged
/// has been committed. Where the databases differ it shows: SQLite finds Apple for apple, and
/// PostgreSQL does not (factor X).
///
/// Threads: any.
/// Owns:    nothing; database and clock must outlive it.
/// Errors:  see ItemStore.
class SqlItemStore final : public ItemStore {
 public:
  SqlItemStore(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<bool> Put(Item& item) override;
  Result<std::optional<Item>> Find(const std::string& id) override;
  Result<bool> Remove(const std::string& id) override;
  Result<std::vector<Item>> List(const std::string& search, std::int64_t limit) override;

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace twelve
