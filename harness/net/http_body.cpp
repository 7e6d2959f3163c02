#include "harness/net/http_body.h"

#include <algorithm>

namespace twelve {
namespace {

constexpr int kMaxSizeDigits = 15;
constexpr std::size_t kMaxExtension = 256;  // nobody uses them but those who mean harm
constexpr std::size_t kMaxTrailers = std::size_t{8} << 10;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

void HttpBody::Reset(const HttpFraming& framing) {
  left_ = framing.length;
  digits_ = 0;
  extra_ = 0;
  switch (framing.kind) {
    case HttpFraming::Kind::kNone:
      state_ = State::kComplete;
      return;
    case HttpFraming::Kind::kLength:
      state_ = left_ == 0 ? State::kComplete : State::kLength;
      return;
    case HttpFraming::Kind::kChunked:
      state_ = State::kSize;
      left_ = 0;
      return;
    case HttpFraming::Kind::kUntilEnd:
      state_ = State::kUntilEnd;
      return;
  }
}

std::size_t HttpBody::Feed(std::string_view bytes, std::string* content) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !complete() && !broken()) {
    if (state_ != State::kLength && state_ != State::kData && state_ != State::kUntilEnd) {
      state_ = Step(bytes[taken]);
      if (!broken()) ++taken;
      continue;
    }
    std::size_t part = bytes.size() - taken;
    if (state_ != State::kUntilEnd) part = std::min<std::uint64_t>(part, left_);
    if (content != nullptr) content->append(bytes.substr(taken, part));
    taken += part;
    if (state_ == State::kUntilEnd) continue;
    left_ -= part;
    if (left_ == 0) state_ = state_ == State::kLength ? State::kComplete : State::kDataCr;
  }
  return taken;
}

void HttpBody::End() {
  if (state_ == State::kUntilEnd) state_ = State::kComplete;
}

HttpBody::State HttpBody::AfterSize() const {
  return left_ == 0 ? State::kTrailer : State::kData;
}

HttpBody::State HttpBody::Step(char c) {
  const auto only = [c](char wanted, State next) { return c == wanted ? next : State::kBroken; };
  switch (state_) {
    case State::kSize:
      if (const int digit = HexDigit(c); digit >= 0) {
        if (++digits_ > kMaxSizeDigits) return State::kBroken;
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        return State::kSize;
      }
      if (digits_ == 0) return State::kBroken;
      extra_ = 0;
      if (c == ';' || c == ' ' || c == '\t') return State::kExtension;
      return only('\r', State::kSizeLf);
    case State::kExtension:
      if (c == '\r') return State::kSizeLf;
      return c == '\n' || ++extra_ > kMaxExtension ? State::kBroken : State::kExtension;
    case State::kSizeLf:
      extra_ = 0;
      return only('\n', AfterSize());
    case State::kDataCr:
      return only('\r', State::kDataLf);
    case State::kDataLf:
      left_ = 0;
      digits_ = 0;
      return only('\n', State::kSize);
    case State::kTrailer:
      if (c == '\r') return State::kLastLf;
      [[fallthrough]];
    case State::kTrailerLine:
      if (c == '\r') return State::kTrailerLf;
      return c == '\n' || c == '\0' || ++extra_ > kMaxTrailers ? State::kBroken
                                                               : State::kTrailerLine;
    case State::kTrailerLf:
      return only('\n', State::kTrailer);
    case State::kLastLf:
      return only('\n', State::kComplete);
    case State::kLength:
    case State::kData:
    case State::kUntilEnd:
    case State::kComplete:
    case State::kBroken:
      break;
  }
  return State::kBroken;
}

}  // namespace twelve
