#pragma once

#include <string>
#include <string_view>

#include "harness/conformance/engine.h"
#include "harness/conformance/secrets.h"

namespace twelve {

/// Text of any origin made fit for a report: secrets masked, each line valid UTF-8 without control
/// characters but tab. Line ends stay.
std::string Presentable(std::string_view text, const SecretMask& mask);

/// All texts of a finding, likewise.
Finding Presentable(const Finding& finding, const SecretMask& mask);

/// What the JSON report calls the place of a result in it.
enum class Group { kMeasured, kNotDeclared, kLeftOut };
Group GroupOf(const Finding& finding);

/// How many declared rules have which verdict. What is not declared, or was left out, is counted
/// apart: leaving out a rule must not improve the rest.
struct VerdictCounts {
  int pass = 0, warn = 0, fail = 0, inconclusive = 0, na = 0, not_declared = 0, left_out = 0;
  int Measured() const { return pass + warn + fail + inconclusive + na; }
};
VerdictCounts CountVerdicts(const std::vector<CheckResult>& results);

}  // namespace twelve
