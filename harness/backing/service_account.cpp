#include "harness/backing/service_account.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

namespace twelve {
namespace {

constexpr const char* kUnprivileged = "nobody";

/// The directory above `path` that `user` cannot pass, or empty.
std::string ClosedAncestor(const std::filesystem::path& path, uid_t user) {
  for (std::filesystem::path at = path.parent_path(); at != at.root_path(); at = at.parent_path()) {
    struct stat found = {};
    if (::stat(at.c_str(), &found) != 0) return at.string();
    const mode_t pass = found.st_uid == user ? S_IXUSR : S_IXOTH;
    if ((found.st_mode & pass) == 0) return at.string();
  }
  return {};
}

}  // namespace

Result<ServiceAccount> ServiceAccount::Choose() {
  if (::geteuid() != 0) return ServiceAccount(::geteuid(), ::getegid(), false);
  passwd row = {};
  passwd* found = nullptr;
  std::vector<char> text(16384);
  ::getpwnam_r(kUnprivileged, &row, text.data(), text.size(), &found);
  if (found == nullptr) {
    return Error{ErrorCode::kNotFound,
                 "Backing services do not run as root, and this machine has no user \"nobody\"; "
                 "start Twelve as an ordinary user.",
                 {},
                 0};
  }
  return ServiceAccount(row.pw_uid, row.pw_gid, true);
}

Status ServiceAccount::Give(const std::string& path) const {
  if (!other_) return {};
  if (::chown(path.c_str(), user_, group_) != 0) {
    return SystemError("cannot give " + path + " to user " + kUnprivileged, "chown", errno);
  }
  if (const std::string closed = ClosedAncestor(path, user_); !closed.empty()) {
    return Error{ErrorCode::kDenied,
                 fmt::format("User {} cannot enter {}; set TMPDIR to a directory that every user "
                             "may pass.",
                             kUnprivileged, closed),
                 {},
                 0};
  }
  return {};
}

ProcessSpec ServiceAccount::Program(std::vector<std::string> argv) const {
  ProcessSpec spec;
  spec.command.argv = std::move(argv);
  spec.environment = {{"LC_ALL", "C"},
                      {"PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"},
                      {"TZ", "UTC"}};
  spec.directory = "/";
  if (other_) {
    spec.user = user_;
    spec.group = group_;
  }
  return spec;
}

}  // namespace twelve
