#pragma once

#include <cstdint>

/// What a host (harness/os/posix) and its guardian (twelve-guard) say to each other over the
/// control socket, a stream. Both come out of one build, so the layout is that of the machine.
///
/// - The host sends one RequestHeader and `payload_bytes` of NUL-terminated strings: the directory,
///   then argv, environment, read-only paths, directories to remove.
/// - Afterwards it sends Commands, and the guardian sends Reports; the last one is kAllGone.
/// - End of file at the guardian means that the host is gone.
namespace twelve::guard {

inline constexpr int kControlFd = 3;                 // 0 to 2 are those of the service
inline constexpr std::uint32_t kMagic = 0x54574701;  // "TWG", version 1

enum RequestFlag : std::uint32_t {
  kPidNamespace = 1U << 0,
  kNetworkNamespace = 1U << 1,
  kSetUser = 1U << 2,
  kSetGroup = 1U << 3,
};

enum Limit : std::uint32_t { kAddressSpace, kOpenFiles, kCpuSeconds, kCoreBytes, kLimits };

struct RequestHeader {
  std::uint32_t magic = kMagic;
  std::uint32_t flags = 0;
  std::uint32_t payload_bytes = 0;
  std::uint32_t arguments = 0;
  std::uint32_t variables = 0;
  std::uint32_t read_only_paths = 0;
  std::uint32_t directories_to_remove = 0;
  std::uint32_t user = 0;        // with kSetUser
  std::uint32_t group = 0;       // with kSetGroup
  std::uint32_t limits_set = 0;  // bit n: limits[n] counts
  std::uint64_t limits[kLimits] = {};
};

enum class CommandKind : std::int32_t { kSignalLeader, kSignalGroup, kSignalTree, kKillAll };
struct Command {
  CommandKind kind = CommandKind::kKillAll;
  std::int32_t signal = 0;
};

enum class ReportKind : std::int32_t { kStarted, kStartFailed, kAdopted, kExited, kAllGone };

/// At which step a start failed.
enum class Stage : std::int32_t {
  kNone,
  kRequest,      // it could not be read
  kFork,         // clone without namespaces
  kNamespaces,   // clone with them, or the mapping of the user
  kMounts,       // making the mount namespace private
  kMountProc,    // /proc of the new pid namespace
  kReadOnly,     // detail: index of the path
  kLoopback,     // bringing up lo
  kLimit,        // detail: which Limit
  kGroup,        // setgid
  kUser,         // setuid
  kDirectory,    // chdir
  kProgram,      // execve
  kInterpreter,  // the program is there, what its first line names is not
};

struct Report {
  ReportKind kind = ReportKind::kAllGone;
  std::int32_t pid = 0;
  std::int32_t value = 0;   // kExited: wait status; kStartFailed: errno
  std::int32_t detail = 0;  // kExited: 1 for the leader; kStartFailed: of its stage
  Stage stage = Stage::kNone;
  std::int32_t unused = 0;
  std::uint64_t start_ticks = 0;  // kStarted
};

}  // namespace twelve::guard
