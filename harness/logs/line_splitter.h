#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// A line without its end (LF or CR LF), as the bytes that were written.
struct SplitLine {
  std::string_view bytes;
  bool continued = false;  // the line was longer than the cap and goes on in the next SplitLine
  bool partial = false;    // the stream ended without a newline
  friend bool operator==(const SplitLine&, const SplitLine&) = default;
};

/// Cuts a stream of bytes into lines. Which lines come out depends on the bytes alone, never on how
/// they were grouped into reads.
///
/// A line of more than `cap` bytes comes as several pieces of at most `cap`, all but the last
/// `continued`; a piece ends before a UTF-8 character that would not fit whole.
///
/// Threads: one.
/// Owns:    the bytes of the line that is not complete yet, at most cap + 1.
class LineSplitter {
 public:
  static constexpr std::size_t kCap = std::size_t{64} << 10;

  /// REQUIRES: cap >= 16.
  explicit LineSplitter(std::size_t cap = kCap) : cap_(cap) {}

  /// Appends the lines that `bytes` completes. They point into `bytes` or into the splitter, and
  /// are valid until the next Feed or Flush.
  void Feed(std::string_view bytes, std::vector<SplitLine>& lines);
  /// The stream has ended: appends what is left as a `partial` line, if anything is.
  void Flush(std::vector<SplitLine>& lines);
  /// Bytes of the line that is not complete yet. Looking at them takes nothing away: the complete
  /// line will hold them again.
  std::string_view Pending() const { return rest_; }

 private:
  // Both return the bytes that are still to be fed.
  std::string_view FeedRest(std::string_view bytes, std::vector<SplitLine>& lines);
  std::string_view FeedWhole(std::string_view bytes, std::vector<SplitLine>& lines) const;
  std::string& Joined();

  std::size_t cap_;
  std::string rest_;
  // Lines that began in an earlier Feed. Two at most: of a kept rest that is longer than the cap
  // only a few bytes stay for the next piece, and after that all is in the bytes just fed.
  std::array<std::string, 2> joined_;
  std::size_t joined_count_ = 0;
};

}  // namespace twelve
