#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/os/file_reader.h"
#include "harness/process/process_spec.h"

namespace twelve {

/// What `twelve run` was asked.
struct RunOptions {
  std::string procfile = "Procfile";
  std::string formation;               // "web=3,worker=2"; empty: one of each
  std::vector<std::string> env_files;  // empty: .env beside the Procfile, if it is there
  std::uint16_t port = 0;              // the first PORT; 0: that of the environment, or 5000
  Duration grace = std::chrono::seconds(10);
  bool exit_with_first = false;
  bool json = false;
};

// sysexits.h
inline constexpr int kRunUsage = 64;
inline constexpr int kRunNoInput = 66;

/// Everything that is decided before the first process is started.
struct RunPlan {
  std::vector<ProcessSpec> specs;
  std::vector<std::string> notes;  // warnings and what was chosen: for people, a sentence each
};
struct RunRefusal {
  int exit_code = kRunUsage;
  std::string message;
};

/// Reads Procfile and environment files, gives out ports. Starts nothing.
///
/// The environment of each process is `shell`, then what the files set and the shell does not, then
/// PORT and PS (its own name, as foreman has it). The first PORT is that of the options, else that
/// of this environment, else 5000.
std::variant<RunPlan, RunRefusal> PlanRun(const RunOptions& options, const Environment& shell,
                                          const FileReader& files,
                                          const std::function<bool(std::uint16_t)>& is_free);

}  // namespace twelve
