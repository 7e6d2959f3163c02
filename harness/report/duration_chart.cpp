#include "harness/report/duration_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/logs/text_cleaner.h"
#include "harness/report/xml_text.h"

namespace twelve {
namespace {

// In CSS pixels.
constexpr double kWidth = 720;
constexpr double kLabelWidth = 190;
constexpr double kValueWidth = 80;
constexpr double kRow = 20;
constexpr double kAxis = 24;
constexpr std::size_t kLongestLabel = 30;

std::string Words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string Joined(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + ": " + name;
}

void Collect(const nlohmann::json& value, const std::string& path, bool is_ms,
             std::vector<MeasuredTime>& times) {
  if (times.size() >= kMostTimes) return;
  if (value.is_number() && is_ms) {
    const double ms = value.get<double>();
    if (std::isfinite(ms) && ms > 0) times.push_back({path, ms});
  } else if (value.is_array()) {
    std::size_t number = 0;
    for (const auto& item : value) {
      Collect(item, fmt::format("{} {}", path, ++number), is_ms, times);
    }
  } else if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      const bool ms = key.size() > 3 && key.ends_with("_ms");
      Collect(item, Joined(path, Words(ms ? key.substr(0, key.size() - 3) : key)), ms, times);
    }
  }
}

/// The next of 1, 2, 5 × 10ⁿ that makes at most five steps of `most`.
double StepFor(double most) {
  const double raw = most / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= raw) return step * power;
  }
  return 10 * power;
}

std::string TimeText(double ms) {
  return ms < 1000 ? fmt::format("{:.3g} ms", ms) : fmt::format("{:.2f} s", ms / 1000);
}

}  // namespace

std::vector<MeasuredTime> MeasuredTimes(const nlohmann::json& facts) {
  std::vector<MeasuredTime> times;
  Collect(facts, "", false, times);
  for (MeasuredTime& time : times) {
    time.label = CleanText(time.label);
    if (time.label.size() > kLongestLabel)
      time.label = CleanText(time.label.substr(0, kLongestLabel));
  }
  return times;
}

std::string DurationChart(const std::vector<MeasuredTime>& times) {
  if (times.empty()) return "";
  double most = 0;
  for (const MeasuredTime& time : times) most = std::max(most, time.ms);
  const double scale = (kWidth - kLabelWidth - kValueWidth) / most;
  const double bottom = kRow * static_cast<double>(times.size());
  std::string out = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "role=\"img\" aria-label=\"measured times\">\n",
      kWidth, bottom + kAxis);
  const double step = StepFor(most);
  for (int i = 0; i * step <= most * 1.0001; ++i) {
    const double x = kLabelWidth + i * step * scale;
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"0\" x2=\"{0:.1f}\" y2=\"{1:.0f}\"/>"
        "<text class=\"tick\" x=\"{0:.1f}\" y=\"{2:.0f}\" text-anchor=\"middle\">{3}</text>\n",
        x, bottom, bottom + 16, i == 0 ? "0" : TimeText(i * step));
  }
  double y = 0;
  for (const MeasuredTime& time : times) {
    const double width = std::max(1.0, time.ms * scale);
    out += fmt::format(
        "<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>"
        "<rect class=\"bar\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"{:.0f}\"/>"
        "<text x=\"{:.1f}\" y=\"{:.0f}\">{}</text>\n",
        kLabelWidth - 6, y + 14, XmlText(time.label), kLabelWidth, y + 4, width, kRow - 8,
        kLabelWidth + width + 6, y + 14, TimeText(time.ms));
    y += kRow;
  }
  return out + "</svg>\n";
}

}  // namespace twelve
