#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

enum class BackingKind { kDatabase, kCache, kQueue, kStorage };

constexpr std::string_view ToString(BackingKind kind) {
  switch (kind) {
    case BackingKind::kDatabase:
      return "database";
    case BackingKind::kCache:
      return "cache";
    case BackingKind::kQueue:
      return "queue";
    case BackingKind::kStorage:
      return "storage";
  }
  return "";
}

/// A number about a backing service that an operator wants to see: "pool_in_use" 3.
struct BackingFigure {
  std::string name;
  double value = 0;
};

/// Factor IV: something that the service consumes over a wire and that is attached by a URL alone,
/// so that another one can take its place without a change in the code.
///
/// Threads: any.
/// Owns:    its connections.
/// Errors:  kClosed when the service is gone or detached (at once, without a wait), kTimeout when
///          it does not answer in time, kBusy when all connections stay in use for too long,
///          kDenied when it refuses the credentials, kSystem otherwise. No message holds a
///          password.
class BackingService {
 public:
  virtual ~BackingService() = default;
  virtual BackingKind kind() const = 0;
  /// Where it is, without credentials; may be printed.
  virtual std::string place() const = 0;
  /// Opens what every use needs. Does nothing when it is connected.
  virtual Status Connect(Duration timeout) = 0;
  /// Waits for uses that are going on, then closes all connections. Connect opens them again.
  virtual void Disconnect() = 0;
  /// Asks the service itself: a round trip, not a look at our own state.
  virtual Status Check(Duration timeout) = 0;
  virtual std::vector<BackingFigure> Figures() const { return {}; }
};

}  // namespace twelve
