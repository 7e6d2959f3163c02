#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// One thing that is wrong with a network path. Plain data.
struct Fault {
  enum class Kind {
    kLatency,         // what goes through arrives later; order is kept
    kBandwidth,       // so many bytes per second on each connection
    kStall,           // nothing moves; nothing is lost; goes on when the fault is gone
    kDrop,            // what is sent vanishes; when the fault is gone, such connections are reset
    kLimit,           // after so many bytes the connection is closed, as by an end
    kHalfClose,       // an end in this direction, while the other direction goes on
    kReset,           // RST to both sides, at once or after so many bytes
    kRefuse,          // nobody listens: connection refused
    kConnectTimeout,  // the backlog is full: new connections are never answered
  } kind = Kind::kLatency;

  enum class Flow { kBoth, kToServer, kToClient } flow = Flow::kBoth;
  Duration latency{};
  Duration jitter{};  // evenly from latency - jitter to latency + jitter
  std::uint64_t bytes_per_second = 0;
  std::uint64_t bytes = 0;  // of kLimit and kReset, counted in this direction from the first byte
  double probability = 1;   // of each connection, rolled once
  Duration lasts{};         // zero: until it is removed
};

/// Whether the fault makes sense; the message names what to change.
Status Validate(const Fault& fault);
/// As ParseFault reads it: "latency 200ms jitter 20ms to-client of 50% for 10s".
std::string ToString(const Fault& fault);
/// A kind, then its amounts and, in any order: "jitter TIME", "after BYTES", "to-client",
/// "to-server", "of SHARE", "for TIME".
Result<Fault> ParseFault(std::string_view text);
/// One line for each kind, with an example: what a help text shows.
std::string_view FaultHelp();

}  // namespace twelve
