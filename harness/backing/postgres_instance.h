#pragma once

#include <memory>
#include <string>

#include "harness/backing/backing_instance.h"
#include "harness/backing/credentials.h"
#include "harness/backing/private_memory.h"
#include "harness/backing/service_account.h"

namespace twelve {

/// A private PostgreSQL. The user of its URL owns its database and is no superuser; nobody can come
/// in without a password, and there is no Unix socket.
///
/// Threads, Owns, Errors: as BackingInstance.
class PostgresInstance final : public BackingInstance {
 public:
  /// Everything but the start: data directory, user, database.
  static Result<std::unique_ptr<BackingInstance>> Prepare(Rig& rig, const BackingOptions& options,
                                                          Deadline deadline);

 private:
  PostgresInstance(Rig& rig, BackingPlace place, Credentials credentials, ServiceAccount account,
                   PrivateMemory memory, std::string programs, bool durable);
  Result<ProcessSpec> MakeSpec() override;
  std::string Greeting() const override;
  bool Accepts(std::string_view answer) const override;
  Status OnReady() override;

  std::string Data() const { return place().directory + "/data"; }
  Status MakeData(const std::string& cache_directory, Deadline deadline);
  Status MakeUserAndDatabase(Deadline deadline);
  ProcessSpec Helper(std::vector<std::string> argv) const;

  Credentials credentials_;
  ServiceAccount account_;
  PrivateMemory memory_;
  std::string programs_;
  bool durable_;
};

}  // namespace twelve
