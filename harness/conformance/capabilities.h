#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// One thing that a machine may or may not let us measure.
struct Capability {
  std::string_view name;  // "pid_namespace" "network_namespace" "landlock" "strace"
  bool available = false;
  std::string detail;        // what was found: "strace 6.1", "refused: EPERM (unshare)"
  std::string remedy;        // one line for the user; empty when available
  std::string_view enables;  // what cannot be measured without it
};

/// What this machine can measure, probed once per run.
struct Capabilities {
  std::vector<Capability> all;
  bool Has(std::string_view name) const {
    for (const Capability& capability : all) {
      if (capability.name == name) return capability.available;
    }
    return false;
  }
  const Capability* Find(std::string_view name) const {
    for (const Capability& capability : all) {
      if (capability.name == name) return &capability;
    }
    return nullptr;
  }
};

}  // namespace twelve
