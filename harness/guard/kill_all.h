#pragma once

#include "harness/guard/children.h"
#include "harness/guard/descendants.h"

namespace twelve::guard {

/// Sends `signal` to every living descendant.
void SignalTree(Descendants& descendants, int signal);
/// Sends `signal` to the members of `group` that are our descendants.
void SignalGroup(Descendants& descendants, pid_t group, int signal);

/// SIGKILL to every descendant until none is left. REQUIRES: SIGCHLD is blocked.
void KillAll(Children& children, Descendants& descendants);

}  // namespace twelve::guard
