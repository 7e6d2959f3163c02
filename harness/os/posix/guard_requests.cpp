#include "harness/os/posix/guard_requests.h"

#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

namespace twelve {
namespace {

Status AppendStrings(const std::vector<std::string>& strings, std::string_view what,
                     std::string* out) {
  for (const std::string& text : strings) {
    if (text.find('\0') != std::string::npos) {
      return InvalidError("cannot start a program: " + std::string(what) +
                          " contains a NUL byte; remove it");
    }
    out->append(text.c_str(), text.size() + 1);
  }
  return {};
}

void SetLimit(const std::optional<std::uint64_t>& value, guard::Limit which,
              guard::RequestHeader* header) {
  if (!value) return;
  header->limits_set |= 1U << which;
  header->limits[which] = *value;
}

guard::RequestHeader HeaderFor(const SpawnRequest& request) {
  guard::RequestHeader header;
  if (request.isolation.pid_namespace) header.flags |= guard::kPidNamespace;
  if (request.isolation.network_namespace) header.flags |= guard::kNetworkNamespace;
  if (request.user) header.flags |= guard::kSetUser;
  if (request.group) header.flags |= guard::kSetGroup;
  header.user = request.user.value_or(0);
  header.group = request.group.value_or(0);
  header.arguments = static_cast<std::uint32_t>(request.argv.size());
  header.variables = static_cast<std::uint32_t>(request.environment.size());
  header.read_only_paths = static_cast<std::uint32_t>(request.isolation.read_only_paths.size());
  header.directories_to_remove = static_cast<std::uint32_t>(request.remove_at_end.size());
  SetLimit(request.limits.address_space_bytes, guard::kAddressSpace, &header);
  SetLimit(request.limits.open_files, guard::kOpenFiles, &header);
  SetLimit(request.limits.cpu_seconds, guard::kCpuSeconds, &header);
  SetLimit(request.limits.core_bytes, guard::kCoreBytes, &header);
  return header;
}

std::string Quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string WhyNotExecuted(const std::string& program, int sys_errno) {
  const bool by_path = program.find('/') != std::string::npos;
  switch (sys_errno) {
    case ENOENT:
      return by_path ? "no such file" : "no such program in PATH";
    case ENOTDIR:
      return "a part of its path is not a directory";
    case EACCES:
      return "permission denied; make it executable with chmod +x";
    case ENOEXEC:
      return "neither a program for this machine nor a script whose first line begins with #!";
    case E2BIG:
      return "its arguments and environment together are too long";
    default:
      return std::strerror(sys_errno);
  }
}

std::string_view LimitName(int limit) {
  switch (limit) {
    case guard::kAddressSpace:
      return "address space";
    case guard::kOpenFiles:
      return "open files";
    case guard::kCpuSeconds:
      return "CPU seconds";
    default:
      return "core size";
  }
}

std::string ReadOnlyPath(const SpawnRequest& request, int index) {
  const std::vector<std::string>& paths = request.isolation.read_only_paths;
  const auto at = static_cast<std::size_t>(index);
  return at < paths.size() ? paths[at] : std::string();
}

/// The second half of the sentence: what stood in the way.
std::string Obstacle(const SpawnRequest& request, const guard::Report& report) {
  std::string reason = std::strerror(report.value);
  switch (report.stage) {
    case guard::Stage::kProgram:
      return WhyNotExecuted(request.argv.front(), report.value);
    case guard::Stage::kInterpreter:
      return "the interpreter that its first line names does not exist";
    case guard::Stage::kDirectory:
      return report.value == ENOENT ? "no such directory " + Quoted(request.directory)
                                    : "cannot enter " + Quoted(request.directory) + ": " + reason;
    case guard::Stage::kLimit:
      return "the limit on " + std::string(LimitName(report.detail)) + " was refused: " + reason;
    case guard::Stage::kUser:
      return "cannot become user " + std::to_string(request.user.value_or(0)) + ": " + reason;
    case guard::Stage::kGroup:
      return "cannot become group " + std::to_string(request.group.value_or(0)) + ": " + reason;
    case guard::Stage::kNamespaces:
      return "the kernel refused the namespaces: " + reason;
    case guard::Stage::kMounts:
      return "the kernel refused a private view of the mounts: " + reason;
    case guard::Stage::kMountProc:
      return "the kernel refused to mount /proc in the new pid namespace: " + reason;
    case guard::Stage::kReadOnly:
      return "cannot make " + Quoted(ReadOnlyPath(request, report.detail)) +
             " read-only: " + reason;
    case guard::Stage::kLoopback:
      return "cannot bring up the loopback interface of its own network: " + reason;
    case guard::Stage::kNone:
    case guard::Stage::kRequest:
    case guard::Stage::kFork:
      break;
  }
  return reason;
}

std::string_view CallOf(guard::Stage stage) {
  switch (stage) {
    case guard::Stage::kFork:
    case guard::Stage::kNamespaces:
      return "clone";
    case guard::Stage::kMounts:
    case guard::Stage::kMountProc:
      return "mount";
    case guard::Stage::kReadOnly:
      return "mount_setattr";
    case guard::Stage::kLoopback:
      return "ioctl";
    case guard::Stage::kLimit:
      return "setrlimit";
    case guard::Stage::kGroup:
      return "setgid";
    case guard::Stage::kUser:
      return "setuid";
    case guard::Stage::kDirectory:
      return "chdir";
    case guard::Stage::kProgram:
    case guard::Stage::kInterpreter:
      return "execve";
    case guard::Stage::kNone:
    case guard::Stage::kRequest:
      break;
  }
  return "";
}

}  // namespace

Result<std::string> EncodeRequest(const SpawnRequest& request) {
  if (request.argv.empty() || request.argv.front().empty()) {
    return InvalidError("cannot start a program: the command is empty");
  }
  for (const std::string& directory : request.remove_at_end) {
    if (directory.size() < 2 || directory.front() != '/') {
      return InvalidError("cannot promise to remove " + Quoted(directory) +
                          " at the end: give an absolute path");
    }
  }
  std::string payload;
  Status appended = AppendStrings({request.directory}, "its directory", &payload);
  if (appended) appended = AppendStrings(request.argv, "its command", &payload);
  if (appended) appended = AppendStrings(request.environment, "its environment", &payload);
  if (appended) {
    appended = AppendStrings(request.isolation.read_only_paths, "a read-only path", &payload);
  }
  if (appended) appended = AppendStrings(request.remove_at_end, "a directory to remove", &payload);
  if (!appended) return appended.error();
  if (payload.size() > std::numeric_limits<std::int32_t>::max()) {
    return InvalidError("cannot start a program: its arguments and environment are over 2 GiB");
  }
  guard::RequestHeader header = HeaderFor(request);
  header.payload_bytes = static_cast<std::uint32_t>(payload.size());
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes += payload;
  return bytes;
}

Error StartError(const SpawnRequest& request, const guard::Report& report) {
  Error error = SystemError("", std::string(CallOf(report.stage)), report.value);
  error.message = "cannot start " + Quoted(request.argv.front()) + ": " + Obstacle(request, report);
  return error;
}

}  // namespace twelve
