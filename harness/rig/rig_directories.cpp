#include "harness/rig/rig_directories.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

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
  std::string path = below_ + "/twelve-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    return SystemError("cannot make a directory in " + below_, "mkdtemp", errno);
  }
  SpawnRequest request;
  request.argv = {"/bin/cat"};  // lives as long as its input is open, and no longer
  request.stdin_pipe = true;
  request.remove_at_end = {path};
  auto keeper = host_.Spawn(request);
  if (!keeper) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return keeper.error();
  }
  keeper_ = std::move(keeper).value();
  root_ = std::move(path);
  if (::chmod(root_.c_str(), kPassThrough) != 0) {
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
