#pragma once

#include <vector>

#include "harness/os/process_table.h"

namespace twelve {

/// ProcessTable over /proc.
class PosixProcessTable final : public ProcessTable {
 public:
  std::vector<ProcessInfo> Tree(pid_t root, bool with_open_files) const override;
  std::vector<ProcessInfo> Forest(const std::vector<pid_t>& roots,
                                  bool with_open_files) const override;
  /// Also sees sockets in other network namespaces.
  std::vector<ListeningSocket> Listeners(const std::vector<pid_t>& pids) const override;
};

}  // namespace twelve
