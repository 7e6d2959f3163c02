#include "app/session/live_check_tools.h"

#include <cstdlib>
#include <filesystem>

#include "app/session/machine_capabilities.h"
#include "harness/os/posix/posix_file_reader.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/rig/live_rig.h"

namespace twelve {

Result<Target> TargetFromText(const std::string& text) {
  std::error_code failed;
  if (text.find_first_not_of(" \t") == std::string::npos) {
    return InvalidError(
        "Name a directory, or type the line that starts the service, such as gunicorn app:app.");
  }
  const bool path = text.find(' ') == std::string::npos && std::filesystem::exists(text, failed);
  // A program that is named by its path is a command; only what describes a service is read.
  const bool described =
      path && (std::filesystem::is_directory(text, failed) ||
               text.find("Procfile") != std::string::npos || text.ends_with(".json"));
  Result<Target> target =
      described ? TargetFromPath(text, PosixFileReader())
                : TargetFromCommand(text, std::filesystem::current_path(failed).string());
  if (!target) return target;
  // Programs of pyenv, nvm or a virtual environment are found only through the user's own PATH.
  const char* const search = std::getenv("PATH");
  if (search != nullptr) target->environment.emplace("PATH", search);
  return target;
}

Result<CheckTools> LiveCheckTools(const Clock& clock) {
  const Result<std::string> guard = FindGuard();
  if (!guard) return guard.error();
  static const LocalFileSearch kFiles;
  CheckTools tools;
  tools.rigs = [&clock](const std::function<bool()>& cancelled) -> MakeRig {
    return [&clock, cancelled]() -> Result<std::unique_ptr<Rig>> {
      LiveRigOptions options;
      options.clock = &clock;
      options.cancelled = cancelled;
      Result<std::unique_ptr<LiveRig>> rig = LiveRig::Create(std::move(options));
      if (!rig) return rig.error();
      return std::unique_ptr<Rig>(std::move(*rig));
    };
  };
  tools.read_target = TargetFromText;
  tools.capabilities = [path = *guard] {
    PosixProcessHost host(path);
    return ProbeCapabilities(host);
  };
  tools.service = (std::filesystem::path(*guard).parent_path() / "twelve-service").string();
  tools.files = &kFiles;
  return tools;
}

}  // namespace twelve
