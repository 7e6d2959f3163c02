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
};

/// Whether a method may be sent a second time without asking anybody (RFC 9110, 9.2.1).
bool IsSafeMethod(std::string_view method);

/// The request of `plan` as it goes to `target`. Host and Content-Length are added; a
/// Content-Length of the plan is not believed.
std::string RequestBytes(const LoadPlan& plan, const LoadTarget& target);

}  // namespace twelve
