#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// One living (or zombie) process as the kernel shows it.
struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';  // R S D T Z … of proc(5)
  std::uint64_t start_ticks = 0;
  Duration cpu{};  // user + system, this process only
  std::uint64_t rss_bytes = 0;
  int threads = 0;
  int open_files = -1;  // -1: not asked for, or not allowed to look
  std::string command;  // its argv joined by blanks; "[name]" when it has none
};

/// A TCP socket in state LISTEN.
struct ListeningSocket {
  pid_t pid = 0;  // one of the asked pids that holds it
  std::uint16_t port = 0;
  std::string address;  // "127.0.0.1", "0.0.0.0", "::1", "::"
};

/// Reads what the kernel says of processes. Threads: any. Nothing here is kept between calls.
/// Errors: a process that is gone is left out; that is no error.
class ProcessTable {
 public:
  virtual ~ProcessTable() = default;
  /// `root` and all its descendants, parents first. A guardian's adopted orphans are its children,
  /// so root = the guardian's pid finds them too.
  virtual std::vector<ProcessInfo> Tree(pid_t root, bool with_open_files) const = 0;
  /// As Tree, for several roots with one look at the machine; a process stands there once.
  virtual std::vector<ProcessInfo> Forest(const std::vector<pid_t>& roots,
                                          bool with_open_files) const {
    std::vector<ProcessInfo> all;
    for (const pid_t root : roots) {
      for (ProcessInfo& process : Tree(root, with_open_files)) all.push_back(std::move(process));
    }
    return all;
  }
  virtual std::vector<ListeningSocket> Listeners(const std::vector<pid_t>& pids) const = 0;
};

}  // namespace twelve
