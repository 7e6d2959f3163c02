#pragma once

#include <vector>

#include "harness/conformance/check.h"

namespace twelve {

// How often an experiment is repeated, and what its samples say together. A verdict on timing or
// on a race needs three that agree; where they differ, up to five are taken, and a difference that
// stays is INCONCLUSIVE.
inline constexpr int kRepetitions = 3;
inline constexpr int kMostRepetitions = 5;

/// Whether one more sample is needed. A first sample that is `conclusive_alone`, such as 30 s of
/// ignoring a signal, needs no second one.
bool NeedsAnother(const std::vector<Verdict>& samples, bool conclusive_alone);

/// The verdict that all samples have; INCONCLUSIVE when they differ or there are none.
Verdict Agreed(const std::vector<Verdict>& samples);

/// "PASS PASS FAIL"
std::string Listed(const std::vector<Verdict>& samples);

/// A finding with the verdict that all samples have; INCONCLUSIVE names them when they differ.
Finding AgreedFinding(const std::vector<Verdict>& samples, std::string expected,
                      std::string actual);

/// REQUIRES: values is not empty.
double Median(std::vector<double> values);

}  // namespace twelve
