#include "harness/logs/line_splitter.h"

#include <algorithm>

namespace twelve {
namespace {

bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

std::size_t Utf8Length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

// How many of the first `cap` bytes make a piece: fewer if a character would be cut.
// REQUIRES: bytes.size() > cap.
std::size_t PieceLength(std::string_view bytes, std::size_t cap) {
  if (!IsContinuation(bytes[cap])) return cap;
  for (std::size_t back = 1; back <= 3; ++back) {
    const char byte = bytes[cap - back];
    if (IsContinuation(byte)) continue;
    return Utf8Length(byte) > back ? cap - back : cap;
  }
  return cap;
}

std::size_t WithoutCarriageReturn(std::string_view bytes, std::size_t length) {
  return length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
}

}  // namespace

// A line of `cap` bytes may have two more, CR LF. So cap + 2 bytes without a newline, and not
// fewer, tell for certain that the line is longer than the cap.
void LineSplitter::Feed(std::string_view bytes, std::vector<SplitLine>& lines) {
  joined_count_ = 0;
  while (!rest_.empty() && !bytes.empty()) bytes = FeedRest(bytes, lines);
  if (bytes.empty()) return;
  rest_.assign(FeedWhole(bytes, lines));
}

std::string& LineSplitter::Joined() {
  std::string& joined = joined_[joined_count_++];
  joined.clear();
  joined.swap(rest_);
  return joined;
}

std::string_view LineSplitter::FeedRest(std::string_view bytes, std::vector<SplitLine>& lines) {
  const std::size_t wanted = cap_ + 2 - rest_.size();
  const std::string_view head = bytes.substr(0, wanted);
  const std::size_t newline = head.find('\n');
  if (newline == std::string_view::npos && head.size() < wanted) {
    rest_.append(head);
    return {};
  }
  std::string& joined = Joined();
  const std::size_t used = std::min(newline, head.size());
  joined.append(head.substr(0, used));
  if (newline != std::string_view::npos) {
    const std::size_t length = WithoutCarriageReturn(joined, joined.size());
    if (length <= cap_) {
      lines.push_back({std::string_view(joined).substr(0, length), false, false});
      return bytes.substr(newline + 1);
    }
  }
  const std::size_t piece = PieceLength(joined, cap_);
  lines.push_back({std::string_view(joined).substr(0, piece), true, false});
  const std::size_t left = joined.size() - piece;
  if (left <= used) return bytes.substr(used - left);
  rest_ = joined.substr(piece);
  return bytes.substr(used);
}

std::string_view LineSplitter::FeedWhole(std::string_view bytes,
                                         std::vector<SplitLine>& lines) const {
  while (true) {
    const std::string_view head = bytes.substr(0, cap_ + 2);
    const std::size_t newline = head.find('\n');
    if (newline == std::string_view::npos && head.size() < cap_ + 2) return bytes;
    if (newline != std::string_view::npos) {
      const std::size_t length = WithoutCarriageReturn(head, newline);
      if (length <= cap_) {
        lines.push_back({head.substr(0, length), false, false});
        bytes.remove_prefix(newline + 1);
        continue;
      }
    }
    const std::size_t piece = PieceLength(head, cap_);
    lines.push_back({head.substr(0, piece), true, false});
    bytes.remove_prefix(piece);
  }
}

void LineSplitter::Flush(std::vector<SplitLine>& lines) {
  joined_count_ = 0;
  if (rest_.empty()) return;
  std::string_view left = Joined();
  if (left.size() > cap_) {
    const std::size_t piece = PieceLength(left, cap_);
    lines.push_back({left.substr(0, piece), true, false});
    left.remove_prefix(piece);
  }
  lines.push_back({left, false, true});
}

}  // namespace twelve
