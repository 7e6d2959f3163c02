#pragma once

#include <memory>
#include <string>

#include "harness/backing/backing_instance.h"
#include "harness/backing/credentials.h"
#include "harness/backing/service_account.h"

namespace twelve {

/// A private Redis that keeps what it acknowledged: append-only, written out before the answer.
/// Threads, Owns, Errors: as BackingInstance.
class RedisInstance final : public BackingInstance {
 public:
  /// Everything but the start.
  static Result<std::unique_ptr<BackingInstance>> Prepare(Rig& rig, const BackingOptions& options);

 private:
  RedisInstance(Rig& rig, BackingPlace place, Credentials credentials, ServiceAccount account,
                std::string program);
  Result<ProcessSpec> MakeSpec() override;
  std::string Greeting() const override;
  bool Accepts(std::string_view answer) const override;

  Credentials credentials_;
  ServiceAccount account_;
  std::string program_;
};

}  // namespace twelve
