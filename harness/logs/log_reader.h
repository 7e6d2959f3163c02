#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/mutex.h"
#include "harness/base/result.h"
#include "harness/logs/log_filter.h"
#include "harness/logs/log_store.h"

namespace twelve {

/// A filtered view of a store that grows with it: knows which lines match, never the lines.
///
/// - Somebody calls Advance again and again, usually a worker thread; each call looks at a bounded
///   number of lines.
/// - The window asks for Rows, which are the matching lines from the oldest on that is kept. Lines
///   that the store drops take their rows with them: row numbers shift, sequence numbers do not.
/// - Without a filter every line is a row at once, and Advance has nothing to do.
///
/// Threads: any.
/// Owns:    8 bytes for each line that matches.
class LogReader {
 public:
  explicit LogReader(std::shared_ptr<const LogStore> store);

  /// Starts over. On kInvalid the filter stays what it was.
  Status SetFilter(std::string_view query);
  /// Looks at up to `max_lines` more lines. True when there is nothing left to look at.
  bool Advance(std::size_t max_lines);

  /// "12 of 60": `matched` of `looked_at` so far, of counts.next - counts.first that are kept.
  struct Progress {
    std::uint64_t matched = 0;
    std::uint64_t looked_at = 0;
    bool filtered = false;
    bool up_to_date = true;
    LogCounts counts;
  };
  Progress Now() const;

  std::vector<LogLine> Rows(std::uint64_t first_row, std::size_t max) const;
  /// The last `max` rows, oldest first.
  std::vector<LogLine> LastRows(std::size_t max) const;
  /// The row of the first matching line from `sequence` on; the number of rows if there is none.
  std::uint64_t RowFrom(std::uint64_t sequence) const;
  /// Those open lines of the store that match.
  std::vector<LogLine> OpenLines() const;

 private:
  // What a slice of lines gave. Lines are looked at without holding mutex_; `known` says of each
  // source whether it matches, and grows with the store's sources.
  struct Slice {
    std::vector<std::uint64_t> matches;
    std::uint64_t end = 0;
  };
  Slice Look(const LogFilter& filter, std::uint64_t begin, std::uint64_t end,
             std::vector<bool>& known) const;
  void ForgetDropped(std::uint64_t first) const TWELVE_REQUIRES(mutex_);

  const std::shared_ptr<const LogStore> store_;

  Mutex advance_mutex_;  // taken before mutex_
  std::vector<bool> source_matches_ TWELVE_GUARDED_BY(advance_mutex_);
  std::uint64_t source_generation_ TWELVE_GUARDED_BY(advance_mutex_) = 0;

  mutable Mutex mutex_;
  std::shared_ptr<const LogFilter> filter_ TWELVE_GUARDED_BY(mutex_);
  std::uint64_t generation_ TWELVE_GUARDED_BY(mutex_) = 0;  // counts SetFilter
  std::uint64_t position_ TWELVE_GUARDED_BY(mutex_) = 0;    // first line not looked at yet
  mutable std::deque<std::uint64_t> matches_ TWELVE_GUARDED_BY(mutex_);
};

}  // namespace twelve
