#pragma once

#include <string>

#include "harness/base/result.h"
#include "harness/guard/protocol.h"
#include "harness/os/process_host.h"

namespace twelve {

/// The bytes that tell a guardian what to start. kInvalid when the request cannot be meant: no
/// argv, a NUL byte inside a string, a relative directory to remove.
Result<std::string> EncodeRequest(const SpawnRequest& request);

/// What a user reads when a start failed. `report` is a kStartFailed.
Error StartError(const SpawnRequest& request, const guard::Report& report);

}  // namespace twelve
