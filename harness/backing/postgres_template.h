#pragma once

#include <string>

#include "harness/backing/private_memory.h"
#include "harness/backing/service_account.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/rig/rig.h"

namespace twelve {

/// An empty PostgreSQL data directory, made once for a machine, a version and a user, and copied
/// for each instance: a copy takes a tenth of the time of initdb.
///
/// It is complete from the moment that it exists: it is renamed into place, and the first of two
/// programs wins. Half of one, of a program that was killed, is removed by its guardian.
///
/// Threads: one. Owns: nothing; the template stays.
/// Errors:  where no template can be kept, MakeData does without.
class PostgresTemplate {
 public:
  /// `programs` is the directory of initdb; an empty `cache_directory` stands for the user's.
  PostgresTemplate(std::string programs, const std::string& cache_directory, ServiceAccount account,
                   PrivateMemory memory);

  /// Where it is or will be; empty when there is no place for it.
  const std::string& path() const { return path_; }

  /// Makes the directory `data`, whose parent belongs to the account already. `name` is what
  /// helpers are called.
  Status MakeData(Rig& rig, const std::string& data, const std::string& name,
                  Deadline deadline) const;

 private:
  void Keep(Rig& rig, const std::string& data, const std::string& name, Deadline deadline) const;

  std::string programs_;
  ServiceAccount account_;
  PrivateMemory memory_;
  std::string path_;
};

}  // namespace twelve
