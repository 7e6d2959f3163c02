#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/net/http_head.h"

namespace twelve {

/// Follows a body as it passes, to know where it ends. It keeps no bytes: what it has seen can be
/// passed on as it is, chunk sizes and all.
///
/// Threads: one.
/// Errors:  chunks that break the rules make it broken(); nothing more is taken then.
class HttpBody {
 public:
  HttpBody() = default;
  explicit HttpBody(const HttpFraming& framing) { Reset(framing); }
  void Reset(const HttpFraming& framing);

  /// Takes the bytes that belong to this body and returns how many. `content` gets what they carry
  /// without chunk sizes and trailers, if it is not null.
  std::size_t Feed(std::string_view bytes, std::string* content = nullptr);
  /// The connection ended: completes a body that is counted so.
  void End();

  bool complete() const { return state_ == State::kComplete; }
  bool broken() const { return state_ == State::kBroken; }

 private:
  enum class State {
    kLength,
    kSize,       // digits of a chunk's size
    kExtension,  // what may follow them
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,  // at the begin of a line
    kTrailerLine,
    kTrailerLf,
    kLastLf,
    kUntilEnd,
    kComplete,
    kBroken
  };
  State Step(char c);
  State AfterSize() const;

  State state_ = State::kComplete;
  std::uint64_t left_ = 0;  // of the body or of the chunk
  int digits_ = 0;
  std::size_t extra_ = 0;  // bytes of this extension, or of all trailers
};

}  // namespace twelve
