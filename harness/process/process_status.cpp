#include "harness/process/process_status.h"

namespace twelve {

std::string_view ToString(ProcessState state) {
  switch (state) {
    case ProcessState::kStarting:
      return "starting";
    case ProcessState::kReady:
      return "ready";
    case ProcessState::kDraining:
      return "draining";
    case ProcessState::kStopped:
      return "stopped";
    case ProcessState::kKilled:
      return "killed";
    case ProcessState::kCrashed:
      return "crashed";
  }
  return "";
}

}  // namespace twelve
