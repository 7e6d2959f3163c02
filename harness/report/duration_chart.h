#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace twelve {

/// A time that a check measured.
struct MeasuredTime {
  std::string label;  // "samples 2: gone"
  double ms = 0;
};

/// Every number of an observation's facts whose name ends in "_ms" ("gone_ms", "samples_ms"), in
/// the order of the facts; the first kMostTimes of them. What is zero or below was not measured.
std::vector<MeasuredTime> MeasuredTimes(const nlohmann::json& facts);
inline constexpr std::size_t kMostTimes = 40;

/// The times as bars on one axis: an inline SVG. Empty without times.
std::string DurationChart(const std::vector<MeasuredTime>& times);

}  // namespace twelve
