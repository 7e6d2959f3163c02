#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// What /proc/PID/stat says, proc(5).
struct ProcStat {
  char state = '?';
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  std::uint64_t cpu_ticks = 0;  // user + system
  int threads = 0;
  std::uint64_t start_ticks = 0;
  std::uint64_t rss_pages = 0;
  std::string name;
};

/// The whole of a file whose size the kernel does not tell; empty when it cannot be read.
std::optional<std::string> ReadProcFile(const std::string& path);
/// Empty when `text` is not one line of /proc/PID/stat.
std::optional<ProcStat> ParseProcStat(const std::string& text);
std::optional<ProcStat> ReadProcStat(pid_t pid);
/// Takes the next blank-separated field of a line off `rest`; empty when there is none.
std::string_view NextField(std::string_view* rest);
/// Every process of the machine.
std::vector<pid_t> AllPids();

}  // namespace twelve
