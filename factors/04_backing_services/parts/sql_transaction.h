#pragma once

#include <functional>

#include "factors/contracts/database.h"
#include "harness/base/result.h"

namespace twelve {

/// Begins, does `work`, commits when it succeeds; rolls back when it does not, also when it throws.
/// REQUIRES: Connection is an SqlConnection with Begin, Commit and a Rollback that does nothing
///           after a commit.
template <typename Connection>
Status RunTransaction(Connection& connection, const std::function<Status(SqlConnection&)>& work) {
  class RollbackUnlessCommitted {
   public:
    explicit RollbackUnlessCommitted(Connection& on) : on_(on) {}
    ~RollbackUnlessCommitted() { on_.Rollback(); }
    RollbackUnlessCommitted(const RollbackUnlessCommitted&) = delete;
    RollbackUnlessCommitted& operator=(const RollbackUnlessCommitted&) = delete;

   private:
    Connection& on_;
  };
  if (Status begun = connection.Begin(); !begun) return begun;
  const RollbackUnlessCommitted rollback(connection);
  if (Status done = work(connection); !done) return done;
  return connection.Commit();
}

}  // namespace twelve
