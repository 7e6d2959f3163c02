#include "harness/backing/private_memory.h"

#include <iterator>
#include <utility>

#include "harness/backing/helper_program.h"

namespace twelve {

Result<PrivateMemory> PrivateMemory::Probe(Rig& rig, const ServiceAccount& account,
                                           const std::string& name, Deadline deadline) {
  PrivateMemory memory(account.user(), account.group());
  ProcessSpec spec = account.Program(memory.Wrap({"true"}));
  spec.name = name;
  spec.type = "setup";
  const Status possible = RunHelper(rig, "a namespace of its own", std::move(spec), deadline);
  if (!possible && possible.error().code == ErrorCode::kTimeout) return possible.error();
  memory.available_ = possible.ok();
  return memory;
}

std::vector<std::string> PrivateMemory::Wrap(std::vector<std::string> argv) const {
  if (!available_) return argv;
  // Twice: only the root of a namespace may mount, and PostgreSQL does not run as root, be it the
  // root of a namespace.
  std::vector<std::string> words = {
      "unshare",
      "--user",
      "--map-root-user",
      "--ipc",
      "--mount",
      "/bin/sh",
      "-c",
      "mount -t tmpfs tmpfs /dev/shm && u=$1 g=$2 && shift 2 && "
      "exec unshare --user --map-user=\"$u\" --map-group=\"$g\" -- \"$@\"",
      "sh",
      std::to_string(user_),
      std::to_string(group_)};
  std::move(argv.begin(), argv.end(), std::back_inserter(words));
  return words;
}

}  // namespace twelve
