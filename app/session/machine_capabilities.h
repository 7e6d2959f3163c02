#pragma once

#include "harness/conformance/capabilities.h"
#include "harness/os/process_host.h"

namespace twelve {

/// Tries each ability once. Takes a fraction of a second; at most ten seconds for each.
Capabilities ProbeCapabilities(ProcessHost& host);

}  // namespace twelve
