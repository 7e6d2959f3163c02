#include "harness/backing/postgres_template.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <utility>

#include "harness/backing/helper_program.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr int kForm = 1;  // of what initdb is told below
// A disk that is busy elsewhere may take long to have it safe; the instance at hand does not wait.
constexpr Duration kKeepLimit = std::chrono::seconds(20);

std::string UsersCache() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::string(cache) + "/twelve";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.cache/twelve";
  return {};
}

/// A name that changes when the server's program does.
std::string NameFor(const std::string& programs, uid_t user) {
  struct stat server = {};
  if (::stat((programs + "/postgres").c_str(), &server) != 0) return {};
  return fmt::format("postgres-{}-{}-{}-{}", kForm, server.st_size, server.st_mtim.tv_sec, user);
}

/// What runs as ourselves: the cache is ours, and others need not get there.
ProcessSpec OurProgram(std::vector<std::string> argv, const std::string& name) {
  ProcessSpec spec;
  spec.name = name;
  spec.type = "setup";
  spec.command.argv = std::move(argv);
  spec.environment = {{"LC_ALL", "C"}, {"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  spec.directory = "/";
  return spec;
}

}  // namespace

PostgresTemplate::PostgresTemplate(std::string programs, const std::string& cache_directory,
                                   ServiceAccount account, PrivateMemory memory)
    : programs_(std::move(programs)), account_(account), memory_(memory) {
  const std::string cache = cache_directory.empty() ? UsersCache() : cache_directory;
  const std::string name = NameFor(programs_, account_.user());
  if (!cache.empty() && !name.empty()) path_ = cache + "/" + name;
}

Status PostgresTemplate::MakeData(Rig& rig, const std::string& data, const std::string& name,
                                  Deadline deadline) const {
  std::error_code failed;
  if (!path_.empty() && fs::is_directory(path_, failed)) {
    return RunHelper(rig, "copying an empty database",
                     OurProgram({"cp", "-a", "--reflink=auto", path_, data}, name), deadline);
  }
  // Told a path, initdb makes all directories above it too: also those that a guardian has removed
  // because we were killed meanwhile. So it is told a name, from where the data is to be.
  const fs::path place(data);
  ProcessSpec initdb = account_.Program(memory_.Wrap(
      {programs_ + "/initdb", "-D", place.filename(), "-U", "postgres", "--auth-local=reject",
       "--auth-host=scram-sha-256", "--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C",
       "--wal-segsize=1"}));  // 1 MB instead of 16: half the size of a copy
  initdb.directory = place.parent_path();
  initdb.name = name;
  initdb.type = "setup";
  const Status made = RunHelper(rig, "initdb", std::move(initdb), deadline);
  const Deadline keep = Deadline::After(rig.clock(), kKeepLimit);
  if (made && !path_.empty()) Keep(rig, data, name, keep.at() < deadline.at() ? keep : deadline);
  return made;
}

void PostgresTemplate::Keep(Rig& rig, const std::string& data, const std::string& name,
                            Deadline deadline) const {
  std::error_code failed;
  fs::create_directories(fs::path(path_).parent_path(), failed);
  if (failed) return;
  std::random_device device;
  const std::string partial = fmt::format("{}.partial-{:08x}{:08x}", path_, device(), device());
  ProcessSpec keep =
      OurProgram({"/bin/sh", "-c",
                  "exec 2>/dev/null; cp -a \"$1\" \"$2\" && sync -f \"$2\" && mv -T \"$2\" \"$3\"",
                  "sh", data, partial, path_},
                 name);
  keep.remove_at_end = {partial};
  // Somebody else may have been first, or the disk may be full: this instance has its data.
  [[maybe_unused]] const Status kept = RunHelper(rig, "keeping it", std::move(keep), deadline);
}

}  // namespace twelve
