#include "app/session/machine_capabilities.h"

#include "harness/os/posix/posix_capabilities.h"

namespace twelve {
namespace {

Capability ToCapability(std::string_view name, std::string_view enables,
                        const Result<std::string>& probe) {
  Capability capability;
  capability.name = name;
  capability.enables = enables;
  capability.available = probe.ok();
  if (probe) {
    capability.detail = *probe;
    return capability;
  }
  // A probe says "REASON; REMEDY".
  const std::string& message = probe.error().message;
  const std::size_t split = message.rfind("; ");
  capability.detail = message.substr(0, split);
  if (split != std::string::npos) capability.remedy = message.substr(split + 2);
  return capability;
}

}  // namespace

Capabilities ProbeCapabilities(ProcessHost& host) {
  Capabilities capabilities;
  capabilities.all = {
      ToCapability("pid_namespace", "running a service as PID 1, as a container does: IX-term-pid1",
                   ProbePidNamespace(host)),
      ToCapability("network_namespace", "running a service without any network but its own",
                   ProbeNetworkNamespace(host)),
      ToCapability("landlock", "denying a service to write files, without root", ProbeLandlock()),
      ToCapability("strace", "seeing which files and hosts a service opens", ProbeStrace(host)),
      ToCapability("user", "running a service as another user", ProbeUser(host)),
  };
  return capabilities;
}

}  // namespace twelve
