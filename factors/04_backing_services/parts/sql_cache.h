#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "factors/contracts/cache.h"
#include "factors/contracts/database.h"
#include "harness/base/clock.h"

namespace twelve {

/// Factor IV: a table as a cache, on whichever SQL database the URL names; the table is
/// "cache_entries" of factors/contracts/schema.h. The moment at which an entry ends is reckoned by
/// the clock of the process that set it. What has ended is never found, and is deleted by and by.
///
/// Threads: any.
/// Owns:    the database handle.
/// Errors:  see Cache; kInvalid for a text that the database cannot keep.
class SqlCache final : public Cache {
 public:
  /// The clock must outlive it.
  SqlCache(std::unique_ptr<Database> database, const Clock& clock);

  std::string place() const override { return database_->place(); }
  Status Connect(Duration timeout) override { return database_->Connect(timeout); }
  void Disconnect() override { database_->Disconnect(); }
  Status Check(Duration timeout) override { return database_->Check(timeout); }
  std::vector<BackingFigure> Figures() const override { return database_->Figures(); }

  Status Set(const std::string& key, const std::string& value, Duration time_to_live) override;
  Result<bool> Replace(const std::string& key, const std::string& value,
                       Duration time_to_live) override;
  Result<std::optional<std::string>> Get(const std::string& key) override;
  Result<bool> Remove(const std::string& key) override;
  Result<std::int64_t> Count(const std::string& prefix) override;

 private:
  std::int64_t NowMs() const;
  void DeleteEnded();

  const std::unique_ptr<Database> database_;
  const Clock& clock_;
  std::atomic<std::int64_t> next_deletion_ms_{0};
};

}  // namespace twelve
