#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/os/process_host.h"
#include "harness/process/command.h"
#include "harness/process/restart_policy.h"

namespace twelve {

// When a started process counts as ready.
struct ReadyOnHttp {  // the first complete answer with a status below 500
  std::uint16_t port = 0;
  std::string path = "/";
};
struct ReadyOnLog {  // the first line, of either stream, that the RE2 pattern finds
  std::string pattern;
};
struct ReadyAfter {  // it has lived this long
  Duration delay{};
};
using Readiness = std::variant<ReadyAfter, ReadyOnHttp, ReadyOnLog>;

/// Everything that decides how one process is run.
struct ProcessSpec {
  std::string name;  // "web.1": process type and instance
  std::string type;  // "web"
  Command command;
  Environment environment;  // exactly what it gets
  std::string directory;
  std::uint16_t port = 0;  // told to it as PORT; 0 when it gets none
  Readiness readiness = ReadyAfter{};
  Duration ready_timeout = std::chrono::seconds(60);  // Heroku's boot limit, error R10
  Duration grace = std::chrono::seconds(10);          // from SIGTERM to SIGKILL; Docker's default
  int stop_signal = 15;
  RestartPolicy restart;
  ResourceLimits limits;
  Isolation isolation;
  std::optional<uid_t> user;
  std::optional<gid_t> group;
  std::vector<std::string> remove_at_end;
};

}  // namespace twelve
