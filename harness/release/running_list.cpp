#include "harness/release/running_list.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "harness/release/durable_file.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kLargestEntry = std::size_t{1} << 16;

}  // namespace

RunningMark::RunningMark(RunningMark&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

RunningMark::~RunningMark() {
  if (!path_.empty()) unlink(path_.c_str());
}

Result<RunningMark> RunningList::Add(RunningEntry entry) const {
  entry.pid = getpid();
  const json body = {{"kind", entry.kind},       {"what", entry.what},
                     {"release", entry.release}, {"environment", entry.environment},
                     {"slug", entry.slug},       {"started", entry.started},
                     {"pid", entry.pid}};
  const Result<StoreScratch> scratch = store_.MakeScratch();
  if (!scratch) return scratch.error();
  const std::string fresh = scratch->path() + "/mark";
  const std::string text = body.dump(-1, ' ', false, json::error_handler_t::replace);
  if (const Status made = PublishNew(scratch->path(), fresh, text, kPrivateFile); !made) {
    return made.error();
  }
  UniqueFd fd(open(fresh.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return SystemError("cannot say who runs", "flock", errno);
  }
  // Locked before it is seen: a file without a lock would be taken for that of a dead program.
  const std::string unique = fs::path(scratch->path()).filename();
  std::string path = store_.Path(fmt::format("running/{}-{}.json", entry.pid, unique));
  if (const Status moved = MoveInPlace(fresh, path); !moved) return moved.error();
  return RunningMark(std::move(path), std::move(fd));
}

std::vector<RunningEntry> RunningList::Now() const {
  std::vector<RunningEntry> entries;
  std::error_code failed;
  for (const fs::directory_entry& file : fs::directory_iterator(store_.Path("running"), failed)) {
    const UniqueFd fd(open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid()) continue;
    if (flock(fd.get(), LOCK_SH | LOCK_NB) == 0) {
      unlink(file.path().c_str());
      continue;
    }
    const Result<std::string> text = ReadFile(file.path(), kLargestEntry);
    const json body = text ? json::parse(*text, nullptr, false) : json();
    if (!body.is_object()) continue;
    entries.push_back({body.value("kind", ""), body.value("what", ""), body.value("release", 0),
                       body.value("environment", ""), body.value("slug", ""),
                       body.value("started", ""), body.value("pid", 0)});
  }
  std::sort(entries.begin(), entries.end(), [](const RunningEntry& a, const RunningEntry& b) {
    return a.started != b.started ? a.started < b.started : a.pid < b.pid;
  });
  return entries;
}

}  // namespace twelve
