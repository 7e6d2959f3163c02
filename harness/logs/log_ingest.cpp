#include "harness/logs/log_ingest.h"

#include <algorithm>

#include "harness/logs/log_level.h"

namespace twelve {

LogIngest::LogIngest(LogStore* store, std::string_view source, LogStream stream)
    : store_(store), source_name_(source), stream_(stream) {
  if (store_ != nullptr) source_ = store_->Source(source);
}

void LogIngest::AddTap(LogTap* tap) {
  taps_.push_back(tap);
}

void LogIngest::RemoveTap(LogTap* tap) {
  std::erase(taps_, tap);
}

void LogIngest::Bytes(std::string_view bytes, TimePoint at, WallTime wall) {
  split_.clear();
  splitter_.Feed(bytes, split_);
  Deliver(at, wall);
}

void LogIngest::End(TimePoint at, WallTime wall) {
  split_.clear();
  splitter_.Flush(split_);
  Deliver(at, wall);
}

void LogIngest::Pause(TimePoint at, WallTime wall) {
  if (!Pausable()) return;
  const std::string_view pending = splitter_.Pending();
  const RawLine raw{pending, shown_, false, false, false};
  for (LogTap* tap : taps_) tap->Lines(source_name_, stream_, {&raw, 1});
  shown_ = pending.size();
  if (store_ == nullptr) return;
  text_.clear();
  spans_.clear();
  TextCleaner(cleaner_).Clean(pending, text_, spans_);  // a copy: these bytes will come again
  LogStore::NewLine line;
  line.at = at;
  line.wall = wall;
  line.source = source_;
  line.stream = stream_;
  line.partial = true;
  line.text = text_;
  line.spans = spans_;
  store_->SetOpen(line);
}

void LogIngest::Deliver(TimePoint at, WallTime wall) {
  if (split_.empty()) return;
  lines_ += split_.size();
  if (!taps_.empty() || shown_ != 0) ToTaps();
  if (store_ == nullptr) return;
  batch_.clear();
  scratch_.clear();
  text_.clear();
  spans_.clear();
  for (const SplitLine& split : split_) {
    LogStore::NewLine& line = batch_.emplace_back();
    line.at = at;
    line.wall = wall;
    line.source = source_;
    line.stream = stream_;
    line.partial = split.partial;
    line.continued = split.continued;
    line.text = split.bytes;
    if (!cleaner_.Untouched(split.bytes)) CleanLast();
  }
  ResolveScratch();
  for (LogStore::NewLine& line : batch_) line.level = DetectLevel(line.text);
  store_->Append(batch_);
}

// Only the first of the lines can have been shown before: it is the one that was pending. What
// Pause showed of it may be longer than the piece that is cut off now.
void LogIngest::ToTaps() {
  raw_.clear();
  for (const SplitLine& split : split_) {
    const std::size_t here = std::min(shown_, split.bytes.size());
    raw_.push_back({split.bytes, here, true, split.continued, split.partial});
    shown_ = split.continued ? shown_ - here : 0;
  }
  for (LogTap* tap : taps_) tap->Lines(source_name_, stream_, raw_);
}

void LogIngest::CleanLast() {
  const std::size_t text = text_.size();
  const std::size_t spans = spans_.size();
  cleaner_.Clean(batch_.back().text, text_, spans_);
  scratch_.push_back({batch_.size() - 1, text, text_.size() - text, spans, spans_.size() - spans});
}

// text_ and spans_ move while they grow; once all lines are in, views can point into them.
void LogIngest::ResolveScratch() {
  for (const Scratch& scratch : scratch_) {
    LogStore::NewLine& line = batch_[scratch.line];
    line.text = std::string_view(text_).substr(scratch.text, scratch.text_length);
    line.spans = std::span(spans_).subspan(scratch.spans, scratch.span_count);
  }
}

}  // namespace twelve
