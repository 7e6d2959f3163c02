#include "harness/release/build_history.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

namespace twelve {
namespace {

namespace fs = std::filesystem;

std::string RecordOf(int number) {
  return fmt::format("builds/{}/build.json", number);
}

}  // namespace

Result<BuildRecord> BuildHistory::Begin(BuildRecord record) const {
  const Result<StoreLock> lock = store_.Lock();
  if (!lock) return lock.error();
  int last = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_.Path("builds"))) {
    const std::string name = entry.path().filename();
    int number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    last = std::max(last, number);
  }
  record.number = last + 1;
  const std::string folder = store_.Path(fmt::format("builds/{}", record.number));
  if (mkdir(folder.c_str(), 0700) != 0) {
    return SystemError("cannot make " + folder, "mkdir", errno);
  }
  if (const Status written = Write(record); !written) return written.error();
  return record;
}

Status BuildHistory::Write(const BuildRecord& record) const {
  return store_.WriteSealed(RecordOf(record.number), ToJson(record));
}

Result<std::vector<BuildRecord>> BuildHistory::All() const {
  const bool one_runs = !store_.TryLock("build.lock").ok();
  std::vector<BuildRecord> builds;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_.Path("builds"), failed)) {
    const std::string name = entry.path().filename();
    // A program that was killed may leave a directory without a record.
    if (!fs::exists(entry.path() / "build.json")) continue;
    const Result<nlohmann::json> body = store_.ReadSealed("builds/" + name + "/build.json");
    if (!body) return body.error();
    Result<BuildRecord> record = BuildRecordFrom(*body);
    if (!record) return record.error();
    builds.push_back(std::move(record).value());
  }
  std::sort(builds.begin(), builds.end(),
            [](const BuildRecord& a, const BuildRecord& b) { return a.number < b.number; });
  for (BuildRecord& build : builds) {
    const bool may_run = one_runs && &build == &builds.back();
    if (build.state == BuildState::kRunning && !may_run) build.state = BuildState::kInterrupted;
  }
  return builds;
}

std::string BuildHistory::LogFile(int number, const std::string& step) const {
  return store_.Path(fmt::format("builds/{}/{}.log", number, step));
}

std::string BuildHistory::ManifestFile(int number) const {
  return store_.Path(fmt::format("builds/{}/manifest.json", number));
}

}  // namespace twelve
