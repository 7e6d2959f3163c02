#include "app/desktop/log_feed.h"

#include <algorithm>

namespace twelve {
namespace {

// A slice of this many lines holds the store's lock for well under a millisecond.
constexpr std::uint64_t kSlice = 8192;

}  // namespace

bool LogMinimap::Advance(const LogStore& store, std::uint64_t max_lines) {
  const LogCounts counts = store.Counts();
  std::uint64_t from = 0;
  {
    MutexLock lock(mutex_);
    while (gone_ < runs_.size() && (first_run_ + gone_ + 1) * kRun <= counts.first) {
      gone_++;
    }
    if (gone_ > runs_.size() / 2 + 1024) {
      runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(gone_));
      first_run_ += gone_;
      gone_ = 0;
    }
    if (position_ < counts.first) {
      // Lines were dropped before they were looked at: what is known of older ones is of no use.
      position_ = counts.first;
      runs_.clear();
      gone_ = 0;
      first_run_ = position_ / kRun;
    }
    from = position_;
  }
  const std::uint64_t to = std::min(counts.next, from + max_lines);
  std::vector<LogLevel> levels;
  levels.reserve(to - from);
  std::uint64_t begin = from;
  store.Scan(from, to, [&](const LogStore::View& line) {
    if (levels.empty()) {
      begin = line.sequence;
    }
    levels.push_back(line.level);
    return true;
  });
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < levels.size(); i++) {
    const std::uint64_t run = (begin + i) / kRun;
    if (run < first_run_) {
      continue;
    }
    while (first_run_ + runs_.size() <= run) {
      runs_.push_back(LogLevel::kUnknown);
    }
    LogLevel& worst = runs_[run - first_run_];
    worst = std::max(worst, levels[i]);
  }
  position_ = to;
  return to == counts.next;
}

std::vector<LogLevel> LogMinimap::Parts(std::uint64_t first, std::uint64_t next,
                                        std::size_t count) const {
  std::vector<LogLevel> parts(count, LogLevel::kUnknown);
  if (next <= first || count == 0) {
    return parts;
  }
  MutexLock lock(mutex_);
  for (std::size_t i = gone_; i < runs_.size(); i++) {
    if (runs_[i] < LogLevel::kWarn) {
      continue;
    }
    const std::uint64_t line = (first_run_ + i) * kRun;
    if (line + kRun <= first || line >= next) {
      continue;
    }
    const std::uint64_t at = std::max(line, first) - first;
    LogLevel& part = parts[std::min<std::size_t>(count - 1, at * count / (next - first))];
    part = std::max(part, runs_[i]);
  }
  return parts;
}

LogFeed::LogFeed(std::shared_ptr<LogStore> store)
    : store_(std::move(store)), reader_(store_), worker_([this] { Work(); }) {}

LogFeed::~LogFeed() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyAll();
  worker_.join();
}

Status LogFeed::SetFilter(std::string_view query) {
  Status set = reader_.SetFilter(query);
  Wake();
  return set;
}

void LogFeed::Wake() {
  {
    MutexLock lock(mutex_);
    pending_ = true;
  }
  changed_.NotifyOne();
}

void LogFeed::Work() {
  while (true) {
    {
      MutexLock lock(mutex_);
      while (!pending_ && !stop_) {
        changed_.Wait(mutex_);
      }
      if (stop_) {
        return;
      }
      pending_ = false;
    }
    bool more = true;
    while (more) {
      const bool filtered = reader_.Advance(kSlice);
      const bool mapped = minimap_.Advance(*store_, kSlice);
      more = !filtered || !mapped;
      MutexLock lock(mutex_);
      if (stop_) {
        return;
      }
    }
  }
}

}  // namespace twelve
