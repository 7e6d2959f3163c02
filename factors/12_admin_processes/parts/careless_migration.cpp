#include "factors/12_admin_processes/parts/careless_migration.h"

namespace twelve {

Status MigrateAtBoot(Database& database, TerminationHandling& termination) {
  // A migration of a real table takes its time.
  constexpr std::chrono::milliseconds kTakes(500);
  if (database.Query("SELECT count(*) FROM boot_migrations", {}).ok()) return {};
  termination.WaitForRequest(kTakes);
  const Result<SqlRows> made =
      database.Query("CREATE TABLE boot_migrations (version BIGINT NOT NULL)", {});
  return made ? Status() : made.error();
}

}  // namespace twelve
