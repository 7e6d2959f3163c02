#include "factors/09_disposability/parts/shell_wrapped_launch.h"

#include <unistd.h>

#include <cerrno>

namespace twelve {

std::string ShellWrappedLaunch::Line(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) {
    line += "'";
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += "' ";
  }
  line.back() = ';';
  return line + " true";
}

Status ShellWrappedLaunch::Enter(const std::vector<std::string>& command) {
  ::execl("/bin/sh", "sh", "-c", Line(command).c_str(), static_cast<char*>(nullptr));
  return SystemError("cannot start /bin/sh", "execl", errno);
}

}  // namespace twelve
