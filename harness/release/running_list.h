#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/release/store_directory.h"

namespace twelve {

/// Somebody who runs processes of a release right now.
struct RunningEntry {
  std::string kind;  // "run", or "admin" for a one-off process
  std::string what;  // the formation or the task, as people read it
  int release = 0;
  std::string environment;
  std::string slug;
  std::string started;  // "2024-05-01T12:00:07Z"
  int pid = 0;          // of the Twelve that runs it
};

/// Says that an entry is true for as long as this lives.
class RunningMark {
 public:
  RunningMark(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  ~RunningMark();
  RunningMark(RunningMark&& other) noexcept;
  RunningMark& operator=(RunningMark&&) = delete;

 private:
  std::string path_;
  UniqueFd lock_;
};

/// Who runs what of a store. An entry ends with the program that made it, however that ends: it is
/// a file that its program keeps locked.
///
/// Threads: any. Owns: nothing; marks do. Errors: Add fails when the store cannot be written.
class RunningList {
 public:
  explicit RunningList(const StoreDirectory& store) : store_(store) {}

  Result<RunningMark> Add(RunningEntry entry) const;
  /// Oldest first. Removes what dead programs left.
  std::vector<RunningEntry> Now() const;

 private:
  const StoreDirectory& store_;
};

}  // namespace twelve
