#include "harness/rig/rig_directories.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

namespace twelve {
namespace {

constexpr mode_t kPassThrough = 0711;  // a service under another user must reach its own below
constexpr mode_t kPrivate = 0700;

std::string SafeName(std::string_view hint) {
  std::string name;
  for (const char c : hint.substr(0, 40)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !name.empty());
    name += plain ? c : '-';
  }
  return name;
}

}  // namespace

RigDirectories::RigDirectories(ProcessHost& host, std::string below)
    : host_(host), below_(std::move(below)) {}

RigDirectories::~RigDirectories() {
  if (root_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
  keeper_.reset();  // the guardian removes what could not be removed here
}

Status RigDirectories::MakeRoot() {
  // The keeper comes first: if this program is killed in between, there is nothing to remove yet.
  // It removes whatever has the name then, so the name is one that nobody else has or guesses.
  std::random_device device;
  const std::string path =
      fmt::format("{}/twelve-{:08x}{:08x}{:08x}", below_, device(), device(), device());
  SpawnRequest request;
  request.argv = {"/bin/cat"};  // lives as long as its input is open, and no longer
  request.stdin_pipe = true;
  request.remove_at_end = {path};
  auto keeper = host_.Spawn(request);
  if (!keeper) return keeper.error();
  if (::mkdir(path.c_str(), kPassThrough) != 0) {
    return SystemError("cannot make a directory in " + below_, "mkdir", errno);
  }
  keeper_ = std::move(keeper).value();
  root_ = path;
  if (::chmod(root_.c_str(), kPassThrough) != 0) {  // whatever the umask took away
    return SystemError("cannot open " + root_, "chmod", errno);
  }
  return {};
}

Result<std::string> RigDirectories::Make(std::string_view hint) {
  if (root_.empty()) {
    if (const Status made = MakeRoot(); !made) return made.error();
  }
  std::string path = fmt::format("{}/{}-{}", root_, SafeName(hint), ++count_);
  if (::mkdir(path.c_str(), kPrivate) != 0) {
    return SystemError("cannot make the directory " + path, "mkdir", errno);
  }
  return path;
}

}  // namespace twelve
