#include "harness/backing/installed_program.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAlsoLookIn = ":/usr/bin:/usr/local/sbin:/usr/sbin:/sbin";
constexpr const char* kPostgresVersions = "/usr/lib/postgresql";  // of Debian: VERSION/bin below

bool IsProgram(const fs::path& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed) && ::access(path.c_str(), X_OK) == 0;
}

bool HasPostgres(const fs::path& directory) {
  return IsProgram(directory / "initdb") && IsProgram(directory / "postgres");
}

int VersionOf(const fs::path& directory) {
  const std::string name = directory.filename();
  int version = 0;
  std::from_chars(name.data(), name.data() + name.size(), version);
  return version;
}

}  // namespace

std::string FindProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  const std::string all = std::string(path == nullptr ? "" : path) + std::string(kAlsoLookIn);
  for (std::string_view rest = all; !rest.empty();) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const fs::path candidate = fs::path(rest.substr(0, colon)) / name;
    if (candidate.is_absolute() && IsProgram(candidate)) return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

std::string FindPostgresPrograms() {
  fs::path best;
  std::error_code failed;
  for (fs::directory_iterator at(kPostgresVersions, failed), end; at != end && !failed;
       at.increment(failed)) {
    if (!HasPostgres(at->path() / "bin")) continue;
    if (best.empty() || VersionOf(at->path()) > VersionOf(best)) best = at->path();
  }
  if (!best.empty()) return best / "bin";
  const std::string initdb = FindProgram("initdb");
  if (initdb.empty()) return {};
  const fs::path directory = fs::canonical(initdb, failed).parent_path();
  return HasPostgres(directory) ? directory.string() : std::string();
}

}  // namespace twelve
