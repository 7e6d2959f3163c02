#pragma once

#include <string>
#include <vector>

#include "factors/contracts/database.h"

namespace twelve {

/// One step of the schema. What a step once was stays as it is: a change is a further step.
struct Migration {
  int version = 0;                // 1, 2, 3, … without a gap
  std::string name;               // "create-items"
  std::vector<std::string> up;    // one statement each, all in one transaction
  std::vector<std::string> down;  // takes back what `up` did
};

/// The tables of the service, for whoever runs migrations (factor XII). Every SQL database that is
/// attached gets all of them, whether it is the database, the cache or the queue.
inline std::vector<Migration> ServiceMigrations(SqlDialect dialect) {
  // A number that the database gives, ever greater.
  const std::string serial = dialect == SqlDialect::kSqlite
                                 ? "INTEGER PRIMARY KEY AUTOINCREMENT"
                                 : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
  return {
      {1,
       "create-items",
       {"CREATE TABLE items (id TEXT PRIMARY KEY, name TEXT NOT NULL, quantity BIGINT NOT NULL, "
        "created_ms BIGINT NOT NULL, updated_ms BIGINT NOT NULL)",
        "CREATE INDEX items_by_age ON items (created_ms, id)"},
       {"DROP TABLE items"}},
      {2,
       "create-cache",
       {"CREATE TABLE cache_entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, "
        "expires_ms BIGINT NOT NULL)",
        "CREATE INDEX cache_entries_by_expiry ON cache_entries (expires_ms)"},
       {"DROP TABLE cache_entries"}},
      // state: queued, running, done, failed. visible_ms: when a worker may take it (queued), or
      // take it over (running).
      {3,
       "create-jobs",
       {"CREATE TABLE jobs (number " + serial +
            ", kind TEXT NOT NULL, payload TEXT NOT NULL, idempotency_key TEXT UNIQUE, "
            "trace_id TEXT NOT NULL, state TEXT NOT NULL, deliveries BIGINT NOT NULL, "
            "worker TEXT NOT NULL, visible_ms BIGINT NOT NULL, result TEXT NOT NULL, "
            "created_ms BIGINT NOT NULL)",
        "CREATE INDEX jobs_by_state ON jobs (state, visible_ms)"},
       {"DROP TABLE jobs"}},
      // What jobs did, by the key of the job: done twice is one row (factor IX).
      {4,
       "create-job-effects",
       {"CREATE TABLE job_effects (idempotency_key TEXT PRIMARY KEY, counter TEXT NOT NULL, "
        "done_ms BIGINT NOT NULL)",
        "CREATE INDEX job_effects_by_counter ON job_effects (counter)"},
       {"DROP TABLE job_effects"}},
  };
}

}  // namespace twelve
