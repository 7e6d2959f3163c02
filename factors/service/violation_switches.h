#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "factors/contracts/violation.h"
#include "factors/service/part_choice.h"

namespace twelve {

/// A violation and the part that it puts in the place of a good one.
struct ViolationSwitch {
  std::string_view name;
  void (*turn_on)(PartChoice& parts);
};

/// Null when there is none of this name.
const ViolationSwitch* FindSwitch(std::string_view name);
std::span<const ViolationSwitch> AllSwitches();

/// The row of a violation that is a source tree; null when there is none of this name.
const Violation* FindFixture(std::string_view name);

/// The rows of all factors, in the order of the factors.
std::vector<Violation> AllViolations();

/// For --list-violations.
std::string ViolationsAsText();
std::string ViolationsAsJson();

}  // namespace twelve
