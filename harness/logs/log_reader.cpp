#include "harness/logs/log_reader.h"

#include <algorithm>
#include <utility>

namespace twelve {
namespace {

// Lines looked at under one lock of the store: with a slow regular expression, about 0.1 ms in
// which no pipe is emptied.
constexpr std::uint64_t kSlice = 256;

LogStore::View ViewOf(const LogLine& line) {
  return {line.sequence, line.at,      line.wall,      line.source, line.stream,
          line.level,    line.partial, line.continued, line.text,   line.spans};
}

}  // namespace

LogReader::LogReader(std::shared_ptr<const LogStore> store)
    : store_(std::move(store)), filter_(std::make_shared<const LogFilter>()) {}

Status LogReader::SetFilter(std::string_view query) {
  Result<LogFilter> filter = LogFilter::Parse(query);
  if (!filter) return filter.error();
  MutexLock lock(mutex_);
  filter_ = std::make_shared<const LogFilter>(std::move(*filter));
  ++generation_;
  position_ = 0;
  matches_.clear();
  return {};
}

LogReader::Slice LogReader::Look(const LogFilter& filter, std::uint64_t begin, std::uint64_t end,
                                 std::vector<bool>& known) const {
  Slice slice;
  slice.end = end;
  bool unknown_source = true;
  while (unknown_source) {
    unknown_source = false;
    store_->Scan(begin, end, [&](const LogStore::View& line) {
      if (line.source >= known.size()) {
        unknown_source = true;
        begin = line.sequence;
        return false;
      }
      if (known[line.source] && filter.MatchesLine(line)) {
        slice.matches.push_back(line.sequence);
      }
      return true;
    });
    if (!unknown_source) break;
    known.clear();
    for (const std::string& name : store_->Sources()) {
      known.push_back(filter.MatchesSource(name));
    }
  }
  return slice;
}

bool LogReader::Advance(std::size_t max_lines) {
  MutexLock advancing(advance_mutex_);
  while (true) {
    std::shared_ptr<const LogFilter> filter;
    std::uint64_t generation = 0;
    std::uint64_t begin = 0;
    {
      MutexLock lock(mutex_);
      filter = filter_;
      generation = generation_;
      begin = position_;
    }
    if (filter->MatchesAll()) return true;
    if (generation != source_generation_) {
      source_matches_.clear();
      source_generation_ = generation;
    }
    const LogCounts counts = store_->Counts();
    begin = std::max(begin, counts.first);
    if (begin >= counts.next) return true;
    if (max_lines == 0) return false;
    const std::uint64_t lines =
        std::min({counts.next - begin, kSlice, static_cast<std::uint64_t>(max_lines)});
    const Slice slice = Look(*filter, begin, begin + lines, source_matches_);
    max_lines -= lines;
    MutexLock lock(mutex_);
    if (generation != generation_) continue;  // a new filter: this was for nothing
    position_ = slice.end;
    matches_.insert(matches_.end(), slice.matches.begin(), slice.matches.end());
    ForgetDropped(counts.first);
  }
}

void LogReader::ForgetDropped(std::uint64_t first) const {
  while (!matches_.empty() && matches_.front() < first) matches_.pop_front();
}

LogReader::Progress LogReader::Now() const {
  Progress progress;
  progress.counts = store_->Counts();
  const LogCounts& counts = progress.counts;
  MutexLock lock(mutex_);
  progress.filtered = !filter_->MatchesAll();
  if (!progress.filtered) {
    progress.matched = progress.looked_at = counts.next - counts.first;
    return progress;
  }
  ForgetDropped(counts.first);
  progress.matched = matches_.size();
  progress.looked_at = std::max(position_, counts.first) - counts.first;
  progress.up_to_date = position_ >= counts.next;
  return progress;
}

std::vector<LogLine> LogReader::Rows(std::uint64_t first_row, std::size_t max) const {
  const std::uint64_t first = store_->Counts().first;
  std::vector<std::uint64_t> wanted;
  {
    MutexLock lock(mutex_);
    if (!filter_->MatchesAll()) {
      ForgetDropped(first);
      const std::uint64_t begin = std::min<std::uint64_t>(first_row, matches_.size());
      const std::uint64_t count = std::min<std::uint64_t>(max, matches_.size() - begin);
      const auto from = matches_.begin() + static_cast<std::ptrdiff_t>(begin);
      wanted.assign(from, from + static_cast<std::ptrdiff_t>(count));
      if (wanted.empty()) return {};
    }
  }
  return wanted.empty() ? store_->Read(first + first_row, max) : store_->Read(wanted);
}

std::vector<LogLine> LogReader::LastRows(std::size_t max) const {
  const std::uint64_t rows = Now().matched;
  return Rows(rows > max ? rows - max : 0, max);
}

std::uint64_t LogReader::RowFrom(std::uint64_t sequence) const {
  const LogCounts counts = store_->Counts();
  MutexLock lock(mutex_);
  if (filter_->MatchesAll()) return std::clamp(sequence, counts.first, counts.next) - counts.first;
  ForgetDropped(counts.first);
  const auto found = std::lower_bound(matches_.begin(), matches_.end(), sequence);
  return static_cast<std::uint64_t>(found - matches_.begin());
}

std::vector<LogLine> LogReader::OpenLines() const {
  std::vector<LogLine> lines = store_->OpenLines();
  std::shared_ptr<const LogFilter> filter;
  {
    MutexLock lock(mutex_);
    filter = filter_;
  }
  if (filter->MatchesAll() || lines.empty()) return lines;
  const std::vector<std::string> sources = store_->Sources();
  std::erase_if(lines, [&](const LogLine& line) {
    return !filter->MatchesSource(sources[line.source]) || !filter->MatchesLine(ViewOf(line));
  });
  return lines;
}

}  // namespace twelve
