#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace twelve {

/// Reads one HTTP/1.x answer out of bytes as they come: status line, headers, and a body that is
/// framed by Content-Length, by chunks, or by the end of the connection. Interim answers (100, 103)
/// are skipped. What it reads is hostile: every length is checked, memory is bounded by the limits.
///
/// Usage: Reset; Feed until done() says so; End when the connection ended; then Reset for the next.
///
/// Threads: one.
/// Errors:  an answer that breaks the rules is broken(), with problem() saying how.
class HttpAnswerParser {
 public:
  static constexpr std::size_t kMaxLine = 64 * 1024;
  static constexpr std::size_t kMaxHead = 256 * 1024;

  /// What to remember beside the framing. Load keeps nothing: it only needs to know the end.
  struct Keep {
    bool head = false;
    std::size_t body_bytes = 0;  // at most so many are kept; the rest is counted
  };

  HttpAnswerParser() : HttpAnswerParser(Keep()) {}
  explicit HttpAnswerParser(Keep keep) : keep_(keep) {}

  /// Forgets all. `to_head`: the request was HEAD, so no body follows whatever the headers say.
  void Reset(bool to_head = false);
  /// Takes bytes up to the end of this answer and returns how many.
  std::size_t Feed(std::string_view bytes);
  /// The connection ended: completes a body that is framed so.
  void End();

  bool complete() const { return state_ == State::kComplete; }
  bool broken() const { return state_ == State::kBroken; }
  bool done() const { return complete() || broken(); }
  /// Any byte of the answer has come.
  bool begun() const { return begun_; }
  /// 0 until the status line of the final answer has come.
  int status() const { return status_; }
  /// Another request may follow on the same connection. REQUIRES: complete().
  bool reusable() const { return complete() && keep_alive_ && !until_end_; }
  std::uint64_t body_bytes() const { return body_bytes_; }

  const std::string& status_line() const { return status_line_; }
  const std::string& headers() const { return headers_; }
  const std::string& body() const { return body_; }
  /// What is missing or wrong; empty when complete.
  std::string Problem() const;

 private:
  enum class State {
    kStatusLine,
    kHeaders,
    kLength,
    kChunkSize,
    kChunkData,
    kChunkEnd,
    kTrailers,
    kUntilEnd,
    kComplete,
    kBroken
  };

  bool InLines() const;
  std::size_t FeedLine(std::string_view bytes);
  void OnLine(std::string_view line, std::size_t raw_size, std::string_view raw);
  void OnStatusLine(std::string_view line);
  void OnHeader(std::string_view line);
  void OnContentLength(std::string_view value);
  void OnHeadEnd();
  void OnChunkSize(std::string_view line);
  std::size_t FeedBody(std::string_view bytes);
  void Break(std::string_view why);

  Keep keep_;
  State state_ = State::kStatusLine;
  bool to_head_ = false;
  bool begun_ = false;
  bool keep_alive_ = true;
  bool chunked_ = false;
  bool other_coding_ = false;
  bool has_length_ = false;
  bool until_end_ = false;
  bool ended_ = false;
  int status_ = 0;
  int pending_status_ = 0;
  std::size_t head_bytes_ = 0;
  std::uint64_t length_ = 0;  // promised by Content-Length
  std::uint64_t left_ = 0;    // of the body or of the chunk
  std::uint64_t body_bytes_ = 0;
  std::string partial_line_;
  std::string status_line_, headers_, body_;
  std::string why_broken_;
};

}  // namespace twelve
