#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace twelve {

/// What programs can leave on a machine beside files where they were told to put them.
struct Traces {
  std::set<std::string> processes;        // "pid command" of those that work in or on `below`
  std::set<std::string> shared_memory;    // System V segments
  std::set<std::string> shared_files;     // PostgreSQL's, in /dev/shm
  std::set<std::string> temporary_files;  // in `below`/tmp, and half-made templates in its cache
  friend bool operator==(const Traces&, const Traces&) = default;
};
Traces LookForTraces(const std::filesystem::path& below);
void PrintTo(const Traces& traces, std::ostream* out);

/// True as soon as `predicate` holds, false when it does not within 30 s.
bool Eventually(const std::function<bool()>& predicate);

/// Is there still a process with this pid that started at that tick?
bool IsAlive(pid_t pid, std::uint64_t start_ticks);

}  // namespace twelve
