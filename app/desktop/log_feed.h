#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "harness/base/mutex.h"
#include "harness/logs/log_reader.h"
#include "harness/logs/log_store.h"

namespace twelve {

/// The worst level of each run of lines, for the scroll bar.
///
/// Threads: any.
class LogMinimap {
 public:
  static constexpr std::uint64_t kRun = 16;  // lines of one entry

  /// Looks at up to `max_lines` more lines; true when there is nothing left to look at.
  bool Advance(const LogStore& store, std::uint64_t max_lines);
  /// `count` equal parts of the lines [first, next): the worst level in each.
  std::vector<LogLevel> Parts(std::uint64_t first, std::uint64_t next, std::size_t count) const;

 private:
  mutable Mutex mutex_;
  std::vector<LogLevel> runs_ TWELVE_GUARDED_BY(mutex_);
  std::size_t gone_ TWELVE_GUARDED_BY(mutex_) = 0;  // runs at the front whose lines were dropped
  std::uint64_t first_run_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::uint64_t position_ TWELVE_GUARDED_BY(mutex_) = 0;
};

/// A log store as the window reads it: filtering and the minimap are worked out on a thread of its
/// own, never in a frame.
///
/// Threads: the window's. Owns: the worker thread; the destructor joins it.
class LogFeed {
 public:
  explicit LogFeed(std::shared_ptr<LogStore> store);
  ~LogFeed();
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  const std::shared_ptr<LogStore>& store() const { return store_; }
  const LogReader& reader() const { return reader_; }
  const LogMinimap& minimap() const { return minimap_; }
  Status SetFilter(std::string_view query);
  /// Says that there are lines to look at.
  void Wake();

 private:
  void Work();

  const std::shared_ptr<LogStore> store_;
  LogReader reader_;
  LogMinimap minimap_;
  Mutex mutex_;
  CondVar changed_;
  bool pending_ TWELVE_GUARDED_BY(mutex_) = true;
  bool stop_ TWELVE_GUARDED_BY(mutex_) = false;
  std::thread worker_;
};

}  // namespace twelve
