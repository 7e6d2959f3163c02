#pragma once

#include <cstdint>
#include <string>

#include "harness/load/load_plan.h"

namespace twelve {

/// A planned request on its way.
struct LoadRequest {
  TimePoint intended;
  TimePoint sent;     // when the generator first acted on it
  TimePoint attempt;  // when it acted last: later than `sent` for one that was sent again
  bool retried = false;
  std::uint16_t kind = 0;  // index into KindsOf(plan)
};

/// Whether a method may be sent a second time without asking anybody (RFC 9110, 9.2.1).
bool IsSafeMethod(std::string_view method);

/// A request of `kind` as it goes to `target`. Host and Content-Length are added; a Content-Length
/// of the kind is not believed.
std::string RequestBytes(const LoadKind& kind, const LoadTarget& target);

}  // namespace twelve
