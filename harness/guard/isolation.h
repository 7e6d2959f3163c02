#pragma once

#include "harness/guard/protocol.h"
#include "harness/guard/request.h"

namespace twelve::guard {

/// Where and why a step of the start failed; stage kNone: it did not.
struct Failure {
  Stage stage = Stage::kNone;
  int sys_errno = 0;
  int detail = 0;
};

/// Flags for clone() that give the service what the request asks for. `through_user_namespace`:
/// for those who are not root.
unsigned long NamespaceFlags(const Request& request, bool through_user_namespace);

/// In the new process: fills the new namespaces. `user` and `group` are what this process is
/// outside.
Failure SetUpNamespaces(const Request& request, bool through_user_namespace, unsigned user,
                        unsigned group);

}  // namespace twelve::guard
