#pragma once

#include "harness/guard/protocol.h"
#include "harness/guard/request.h"

namespace twelve::guard {

/// Starts the service and waits until it has become the program that was asked for, or has failed.
/// The report says which; with kStarted, `pid` is a child of ours. With kStartFailed there may be a
/// child to wait for too.
Report Launch(const Request& request);

}  // namespace twelve::guard
