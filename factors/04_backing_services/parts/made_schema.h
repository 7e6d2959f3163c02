#pragma once

#include "factors/contracts/database.h"
#include "factors/contracts/schema.h"

namespace twelve {

/// For tests: the tables of the service where there were none.
inline Status MakeSchema(Database& database) {
  return database.InTransaction([&database](SqlConnection& connection) -> Status {
    for (const Migration& migration : ServiceMigrations(database.dialect())) {
      for (const std::string& sql : migration.up) {
        if (const Result<SqlRows> done = connection.Query(sql, {}); !done) return done.error();
      }
    }
    return {};
  });
}

}  // namespace twelve
