#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "factors/experiment.h"
#include "harness/conformance/check.h"

namespace twelve {

/// One of the twelve: data, not a class.
struct Factor {
  int number = 0;              // 1 … 12
  std::string_view numeral;    // "IX"
  std::string_view slug;       // "09_disposability": its folder
  std::string_view title;      // "Disposability"
  std::string_view rule;       // in one line
  std::string_view lesson_md;  // embedded lesson.md
  std::vector<const Check*> checks;
  std::span<const Violation> violations;
  /// Null for a factor that has no live experiment yet.
  std::unique_ptr<Experiment> (*make_experiment)(const ProgramPaths& programs) = nullptr;
};

}  // namespace twelve
