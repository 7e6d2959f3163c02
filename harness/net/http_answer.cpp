#include "harness/net/http_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace twelve {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsNoCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(),
                                                   [](char a, char b) { return Lower(a) == b; });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether `lower` is one of the comma-separated words of `list`.
bool HasWord(std::string_view list, std::string_view lower) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (EqualsNoCase(Trim(list.substr(0, comma)), lower)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

void HttpAnswerParser::Reset(bool to_head) {
  state_ = State::kStatusLine;
  to_head_ = to_head;
  begun_ = ended_ = false;
  keep_alive_ = true;
  chunked_ = other_coding_ = has_length_ = until_end_ = false;
  status_ = pending_status_ = 0;
  head_bytes_ = 0;
  length_ = left_ = body_bytes_ = 0;
  partial_line_.clear();
  status_line_.clear();
  headers_.clear();
  body_.clear();
  why_broken_.clear();
}

void HttpAnswerParser::Break(std::string_view why) {
  state_ = State::kBroken;
  why_broken_ = why;
}

bool HttpAnswerParser::InLines() const {
  return state_ == State::kStatusLine || state_ == State::kHeaders || state_ == State::kChunkSize ||
         state_ == State::kChunkEnd || state_ == State::kTrailers;
}

std::size_t HttpAnswerParser::Feed(std::string_view bytes) {
  const std::size_t given = bytes.size();
  if (given > 0 && !done()) begun_ = true;
  while (!bytes.empty() && !done()) {
    bytes.remove_prefix(InLines() ? FeedLine(bytes) : FeedBody(bytes));
  }
  return given - bytes.size();
}

std::size_t HttpAnswerParser::FeedLine(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t taken = newline == std::string_view::npos ? bytes.size() : newline + 1;
  if (partial_line_.size() + taken > kMaxLine) {
    Break("a line of its head is longer than 64 KiB");
    return taken;
  }
  if (newline == std::string_view::npos) {
    partial_line_.append(bytes);
    return taken;
  }
  std::string_view raw = bytes.substr(0, taken);
  if (!partial_line_.empty()) {
    partial_line_.append(raw);
    raw = partial_line_;
  }
  std::string_view line = raw.substr(0, raw.size() - 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  OnLine(line, raw.size(), raw);
  partial_line_.clear();
  return taken;
}

void HttpAnswerParser::OnLine(std::string_view line, std::size_t raw_size, std::string_view raw) {
  if (state_ == State::kChunkSize) return OnChunkSize(line);
  if (state_ == State::kChunkEnd) {
    if (!line.empty()) return Break("a chunk is longer than its size says");
    state_ = State::kChunkSize;
    return;
  }
  head_bytes_ += raw_size;
  if (head_bytes_ > kMaxHead) return Break("its head is longer than 256 KiB");
  if (state_ == State::kTrailers) {
    if (line.empty()) state_ = State::kComplete;
    return;
  }
  if (state_ == State::kStatusLine) return OnStatusLine(line);
  if (line.empty()) return OnHeadEnd();
  if (keep_.head) headers_.append(raw);
  OnHeader(line);
}

void HttpAnswerParser::OnStatusLine(std::string_view line) {
  const bool http1 = line.size() >= 12 && line.substr(0, 7) == "HTTP/1." && IsDigit(line[7]) &&
                     line[8] == ' ' && IsDigit(line[9]) && IsDigit(line[10]) && IsDigit(line[11]);
  if (!http1 || (line.size() > 12 && line[12] != ' ') || line[9] == '0') {
    return Break("it does not begin with an HTTP/1 status line");
  }
  pending_status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  keep_alive_ = line[7] != '0';
  if (keep_.head) status_line_ = line;
  state_ = State::kHeaders;
}

void HttpAnswerParser::OnHeader(std::string_view line) {
  const char first = Lower(line[0]);
  if (first != 'c' && first != 't') return;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  if (EqualsNoCase(name, "content-length")) {
    OnContentLength(value);
  } else if (EqualsNoCase(name, "connection")) {
    if (HasWord(value, "close")) {
      keep_alive_ = false;
    } else if (HasWord(value, "keep-alive")) {
      keep_alive_ = true;
    }
  } else if (EqualsNoCase(name, "transfer-encoding")) {
    const std::size_t comma = value.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? value : value.substr(comma + 1);
    chunked_ = EqualsNoCase(Trim(last), "chunked");
    other_coding_ = !chunked_;
  }
}

void HttpAnswerParser::OnContentLength(std::string_view value) {
  std::uint64_t length = 0;
  if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), IsDigit)) {
    return Break("its Content-Length is not a number");
  }
  for (const char digit : value) length = length * 10 + static_cast<std::uint64_t>(digit - '0');
  if (has_length_ && length != length_) return Break("it has two different Content-Lengths");
  has_length_ = true;
  length_ = length;
}

void HttpAnswerParser::OnHeadEnd() {
  if (pending_status_ < 200 && pending_status_ != 101) {
    // An interim answer: the final one follows.
    state_ = State::kStatusLine;
    chunked_ = other_coding_ = has_length_ = false;
    status_line_.clear();
    headers_.clear();
    return;
  }
  status_ = pending_status_;
  if (status_ == 101) keep_alive_ = false;
  // RFC 9112, 6.3: these have no body, whatever their headers say.
  if (to_head_ || status_ == 101 || status_ == 204 || status_ == 304) {
    state_ = State::kComplete;
  } else if (chunked_) {
    // Both framings at once is how requests are smuggled: chunks win, the connection is not reused.
    if (has_length_) keep_alive_ = false;
    state_ = State::kChunkSize;
  } else if (has_length_ && !other_coding_) {
    left_ = length_;
    state_ = left_ == 0 ? State::kComplete : State::kLength;
  } else {
    until_end_ = true;
    state_ = State::kUntilEnd;
  }
}

void HttpAnswerParser::OnChunkSize(std::string_view line) {
  std::uint64_t size = 0;
  std::size_t digits = 0;
  while (digits < line.size() && HexDigit(line[digits]) >= 0) {
    if (digits == 15) return Break("a chunk's size is too large");
    size = size * 16 + static_cast<std::uint64_t>(HexDigit(line[digits]));
    ++digits;
  }
  const std::string_view rest = Trim(line.substr(digits));
  if (digits == 0 || (!rest.empty() && rest[0] != ';')) return Break("a chunk has no size");
  left_ = size;
  state_ = size == 0 ? State::kTrailers : State::kChunkData;
}

std::size_t HttpAnswerParser::FeedBody(std::string_view bytes) {
  std::size_t taken = bytes.size();
  if (state_ != State::kUntilEnd && left_ < taken) taken = static_cast<std::size_t>(left_);
  if (body_.size() < keep_.body_bytes) {
    body_.append(bytes.substr(0, std::min(taken, keep_.body_bytes - body_.size())));
  }
  body_bytes_ += taken;
  if (state_ == State::kUntilEnd) return taken;
  left_ -= taken;
  if (left_ == 0) state_ = state_ == State::kLength ? State::kComplete : State::kChunkEnd;
  return taken;
}

void HttpAnswerParser::End() {
  ended_ = true;
  if (state_ == State::kUntilEnd) state_ = State::kComplete;
}

std::string HttpAnswerParser::Problem() const {
  const std::string_view verb = ended_ ? "ended" : "still open";
  switch (state_) {
    case State::kComplete:
      return {};
    case State::kBroken:
      return "not a valid answer: " + why_broken_;
    case State::kStatusLine:
      return begun_ ? fmt::format("{} within the status line", verb)
                    : fmt::format("{} before any byte of the answer", verb);
    case State::kHeaders:
      return fmt::format("{} within the headers", verb);
    case State::kLength:
      return fmt::format("{} after {} of {} bytes", verb, body_bytes_, length_);
    case State::kUntilEnd:
      return fmt::format("{} after {} bytes: their number was not announced", verb, body_bytes_);
    case State::kChunkSize:
    case State::kChunkData:
    case State::kChunkEnd:
    case State::kTrailers:
      return fmt::format("{} after {} bytes, before the last chunk", verb, body_bytes_);
  }
  return {};
}

}  // namespace twelve
