#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/process/process_spec.h"

namespace twelve {

/// The user that a backing service runs as: ourselves, or "nobody" when we are root, because
/// PostgreSQL refuses root and no server here needs it.
class ServiceAccount {
 public:
  /// kNotFound when we are root and the machine knows no user "nobody".
  static Result<ServiceAccount> Choose();

  uid_t user() const { return user_; }
  gid_t group() const { return group_; }
  /// Gives it a file or directory of ours. kDenied when it cannot get there because a directory
  /// above is closed to it.
  Status Give(const std::string& path) const;
  /// A program that runs as this user, with an environment in English and nothing of ours.
  ProcessSpec Program(std::vector<std::string> argv) const;

 private:
  ServiceAccount(uid_t user, gid_t group, bool other) : user_(user), group_(group), other_(other) {}

  uid_t user_;
  gid_t group_;
  bool other_;  // than ourselves
};

}  // namespace twelve
