#include "harness/logs/log_store.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <limits>
#include <map>

#include "harness/logs/log_arena.h"
#include "harness/logs/text_cleaner.h"

namespace twelve {
namespace {

// What is known of a line beside its text.
struct Entry {
  std::int64_t at = 0;         // nanoseconds of the steady clock
  std::uint64_t position = 0;  // of its spans, then its text
  std::uint32_t length = 0;    // of the text
  std::uint16_t source = 0;
  std::uint8_t stream : 2 = 0, level : 3 = 0, partial : 1 = 0, continued : 1 = 0;
  std::uint8_t spans = 0;
};
static_assert(sizeof(Entry) == 24, "log_store.h tells what a line costs");
static_assert(std::numeric_limits<std::uint8_t>::max() == TextCleaner::kMaxSpans);

// The wall clock's distance from the steady one is kept once for many lines: it changes when the
// wall clock is set, and by a little between two readings.
struct WallOffset {
  std::uint64_t first = 0;  // sequence of the first line that it holds for
  std::chrono::nanoseconds offset{};
};
constexpr std::chrono::nanoseconds kSameOffset = std::chrono::milliseconds(1);

constexpr std::size_t kMaxText = LogArena::kBlock - TextCleaner::kMaxSpans * sizeof(ColorSpan);

LogLine CopyOf(const LogStore::View& view) {
  LogLine line;
  line.sequence = view.sequence;
  line.at = view.at;
  line.wall = view.wall;
  line.source = view.source;
  line.stream = view.stream;
  line.level = view.level;
  line.partial = view.partial;
  line.continued = view.continued;
  line.text = view.text;
  line.spans.assign(view.spans.begin(), view.spans.end());
  return line;
}

// How much of a text that is too long makes the next piece.
std::size_t PieceLength(std::string_view text) {
  std::size_t length = kMaxText;
  while (length > kMaxText - 4 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
    --length;
  }
  return length;
}

}  // namespace

class LogStore::Ring {
 public:
  explicit Ring(LogLimits limits) : limits_(limits) {}

  std::uint16_t Source(std::string_view name) {
    const auto found = source_numbers_.find(name);
    if (found != source_numbers_.end()) return found->second;
    constexpr std::size_t kLast = std::numeric_limits<std::uint16_t>::max();
    if (sources_.size() > kLast) return kLast;
    const auto number = static_cast<std::uint16_t>(sources_.size());
    sources_.emplace_back(name);
    source_numbers_.emplace(name, number);
    return number;
  }
  const std::vector<std::string>& Sources() const { return sources_; }

  void Append(const NewLine& line) {
    if (!open_.empty()) CloseOpen(line);
    NewLine rest = line;
    while (rest.text.size() > kMaxText) {
      NewLine piece = rest;
      piece.text = rest.text.substr(0, PieceLength(rest.text));
      piece.continued = true;
      piece.spans = {};
      Put(piece);
      rest.text.remove_prefix(piece.text.size());
      rest.spans = {};
    }
    Put(rest);
  }

  void SetOpen(const NewLine& line) {
    CloseOpen(line);
    LogLine open = CopyOf({0, line.at, line.wall, line.source, line.stream, line.level, true,
                           line.continued, line.text.substr(0, kMaxText), line.spans});
    open_.push_back(std::move(open));
  }
  std::vector<LogLine> OpenLines() const {
    std::vector<LogLine> lines = open_;
    for (LogLine& line : lines) line.sequence = next_;
    return lines;
  }

  LogCounts Counts() const { return {first(), next_, first(), dropping_since_, bytes_}; }
  std::uint64_t first() const { return next_ - entries_.size(); }
  std::uint64_t next() const { return next_; }

  // REQUIRES: first() <= sequence < next().
  View At(std::uint64_t sequence) const {
    const Entry& entry = entries_[sequence - first()];
    const TimePoint at{Duration(entry.at)};
    View view{sequence,
              at,
              WallTime(std::chrono::duration_cast<WallTime::duration>(at.time_since_epoch() +
                                                                      OffsetOf(sequence))),
              entry.source,
              static_cast<LogStream>(entry.stream),
              static_cast<LogLevel>(entry.level),
              entry.partial != 0,
              entry.continued != 0,
              {},
              {}};
    if (entry.length == 0 && entry.spans == 0) return view;
    const std::byte* record = arena_.At(entry.position);
    if (entry.spans != 0) {
      view.spans = {reinterpret_cast<const ColorSpan*>(record), entry.spans};
      record += entry.spans * sizeof(ColorSpan);
    }
    view.text = {reinterpret_cast<const char*>(record), entry.length};
    return view;
  }

 private:
  void CloseOpen(const NewLine& line) {
    std::erase_if(open_, [&](const LogLine& open) {
      return open.source == line.source && open.stream == line.stream;
    });
  }

  void Put(const NewLine& line) {
    const std::size_t span_count = std::min(line.spans.size(), TextCleaner::kMaxSpans);
    const std::size_t span_bytes = span_count * sizeof(ColorSpan);
    const LogArena::Place place =
        arena_.PlaceFor(span_bytes + line.text.size(), span_count == 0 ? 1 : alignof(ColorSpan));
    MakeRoom(place.end, line.wall);
    if (place.end > place.begin) {
      std::byte* record = arena_.Put(place);
      if (span_bytes != 0) std::memcpy(record, line.spans.data(), span_bytes);
      if (!line.text.empty()) {
        std::memcpy(record + span_bytes, line.text.data(), line.text.size());
      }
    }
    KeepOffset(line);
    Entry entry;
    entry.at = Duration(line.at.time_since_epoch()).count();
    entry.position = place.begin;
    entry.length = static_cast<std::uint32_t>(line.text.size());
    entry.source = line.source;
    entry.stream = static_cast<std::uint8_t>(line.stream) & 3U;
    entry.level = static_cast<std::uint8_t>(line.level) & 7U;
    entry.partial = line.partial ? 1 : 0;
    entry.continued = line.continued ? 1 : 0;
    entry.spans = static_cast<std::uint8_t>(span_count);
    entries_.push_back(entry);
    ++next_;
    bytes_ += line.text.size();
  }

  void MakeRoom(std::uint64_t end, WallTime wall) {
    while (!entries_.empty() && (entries_.size() >= limits_.max_lines ||
                                 end - entries_.front().position > limits_.max_bytes)) {
      if (!dropping_since_) dropping_since_ = wall;
      entries_.pop_front();
      arena_.ReleaseBefore(entries_.empty() ? end : entries_.front().position);
    }
    while (offsets_.size() > 1 && offsets_[1].first <= first()) offsets_.pop_front();
  }

  void KeepOffset(const NewLine& line) {
    const std::chrono::nanoseconds offset =
        line.wall.time_since_epoch() - line.at.time_since_epoch();
    if (!offsets_.empty() && std::chrono::abs(offset - offsets_.back().offset) < kSameOffset) {
      return;
    }
    offsets_.push_back({next_, offset});
  }
  std::chrono::nanoseconds OffsetOf(std::uint64_t sequence) const {
    if (offsets_.size() == 1) return offsets_.front().offset;
    const auto after = std::upper_bound(
        offsets_.begin(), offsets_.end(), sequence,
        [](std::uint64_t wanted, const WallOffset& offset) { return wanted < offset.first; });
    return std::prev(after)->offset;
  }

  const LogLimits limits_;
  std::vector<std::string> sources_;
  std::map<std::string, std::uint16_t, std::less<>> source_numbers_;
  std::deque<Entry> entries_;
  LogArena arena_;
  std::deque<WallOffset> offsets_;
  std::vector<LogLine> open_;
  std::uint64_t next_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<WallTime> dropping_since_;
};

LogStore::LogStore(LogLimits limits) : ring_(std::make_unique<Ring>(limits)) {}
LogStore::~LogStore() = default;

std::uint16_t LogStore::Source(std::string_view name) {
  MutexLock lock(mutex_);
  return ring_->Source(name);
}

std::vector<std::string> LogStore::Sources() const {
  MutexLock lock(mutex_);
  return ring_->Sources();
}

void LogStore::Append(const std::vector<NewLine>& lines) {
  if (lines.empty()) return;
  MutexLock lock(mutex_);
  for (const NewLine& line : lines) ring_->Append(line);
}

void LogStore::SetOpen(const NewLine& line) {
  MutexLock lock(mutex_);
  ring_->SetOpen(line);
}

std::vector<LogLine> LogStore::OpenLines() const {
  MutexLock lock(mutex_);
  return ring_->OpenLines();
}

void LogStore::Say(const Clock& clock, std::string_view source, LogLevel level,
                   std::string_view text) {
  const std::string clean = CleanText(text);
  NewLine line;
  line.at = clock.Now();
  line.wall = clock.WallNow();
  line.stream = LogStream::kTwelve;
  line.level = level;
  line.text = clean;
  MutexLock lock(mutex_);
  line.source = ring_->Source(source);
  ring_->Append(line);
}

LogCounts LogStore::Counts() const {
  MutexLock lock(mutex_);
  return ring_->Counts();
}

std::vector<LogLine> LogStore::Read(std::uint64_t from, std::size_t max) const {
  std::vector<LogLine> lines;
  MutexLock lock(mutex_);
  const std::uint64_t begin = std::max(from, ring_->first());
  if (begin >= ring_->next()) return lines;
  const std::uint64_t count = std::min<std::uint64_t>(max, ring_->next() - begin);
  lines.reserve(count);
  for (std::uint64_t i = begin; i < begin + count; ++i) lines.push_back(CopyOf(ring_->At(i)));
  return lines;
}

std::vector<LogLine> LogStore::Read(const std::vector<std::uint64_t>& sequences) const {
  std::vector<LogLine> lines;
  lines.reserve(sequences.size());
  MutexLock lock(mutex_);
  for (const std::uint64_t sequence : sequences) {
    if (sequence >= ring_->first() && sequence < ring_->next()) {
      lines.push_back(CopyOf(ring_->At(sequence)));
    }
  }
  return lines;
}

void LogStore::Scan(std::uint64_t from, std::uint64_t to,
                    const std::function<bool(const View&)>& visit) const {
  MutexLock lock(mutex_);
  const std::uint64_t end = std::min(to, ring_->next());
  for (std::uint64_t i = std::max(from, ring_->first()); i < end; ++i) {
    if (!visit(ring_->At(i))) return;
  }
}

}  // namespace twelve
