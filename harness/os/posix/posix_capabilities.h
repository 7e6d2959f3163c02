#pragma once

#include <string>

#include "harness/base/result.h"
#include "harness/os/process_host.h"

namespace twelve {

// What this machine lets Twelve measure. Each probe really does the thing once, waits at most ten
// seconds, and says what it found, or why not and the one line that mends it. Threads: any.

/// A service as PID 1 of its own pid namespace.
Result<std::string> ProbePidNamespace(ProcessHost& host);
/// A service with a network of its own that has nothing but a loopback interface.
Result<std::string> ProbeNetworkNamespace(ProcessHost& host);
/// Denying writes without namespaces; "Landlock ABI 5".
Result<std::string> ProbeLandlock();
/// strace on a child; "strace 6.1".
Result<std::string> ProbeStrace(ProcessHost& host);
/// A service that runs as another user.
Result<std::string> ProbeUser(ProcessHost& host);

}  // namespace twelve
