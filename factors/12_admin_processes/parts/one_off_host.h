#pragma once

#include "factors/contracts/admin_host.h"

namespace twelve {

/// Factor XII: a one-off task is a process that does its task, opens no port, and ends with the
/// task's exit code.
class OneOffHost final : public AdminHost {
 public:
  int Run(const std::function<int()>& task, Process& /*process*/) override { return task(); }
};

}  // namespace twelve
