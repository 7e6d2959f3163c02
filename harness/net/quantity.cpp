#include "harness/net/quantity.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

namespace twelve {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};
constexpr Unit kTimes[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
constexpr Unit kSizes[] = {{"", 1},     {"B", 1},    {"KB", 1e3},    {"kB", 1e3},
                           {"MB", 1e6}, {"GB", 1e9}, {"KiB", 0x400}, {"MiB", 0x100000}};

/// The number at the front of `text`, which is left without it.
std::optional<double> TakeNumber(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string digits(text.substr(0, end));
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  char* stop = nullptr;
  const double value = std::strtod(digits.c_str(), &stop);
  if (*stop != '\0') return std::nullopt;
  text.remove_prefix(end);
  return value;
}

template <std::size_t N>
std::optional<double> Scaled(std::string_view text, const Unit (&units)[N]) {
  const std::optional<double> number = TakeNumber(text);
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name == text) return *number * unit.factor;
  }
  return std::nullopt;
}

/// At most three digits that count, without zeros at the end.
std::string Short(double value) {
  return fmt::format("{:.3g}", value);
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  const std::optional<double> nanos = Scaled(text, kTimes);
  if (!nanos || *nanos > 1e17) {
    return InvalidError(fmt::format("\"{}\" is no time; write one such as 200ms or 1.5s", text));
  }
  return Duration(std::llround(*nanos));
}

Result<std::uint64_t> ParseBytes(std::string_view text) {
  std::string_view amount = text;
  if (amount.ends_with("/s")) amount.remove_suffix(2);
  const std::optional<double> bytes = Scaled(amount, kSizes);
  if (!bytes || *bytes > 1e15) {
    return InvalidError(
        fmt::format("\"{}\" is no number of bytes; write one such as 500, 64KB or 1MB", text));
  }
  return static_cast<std::uint64_t>(std::llround(*bytes));
}

Result<double> ParseShare(std::string_view text) {
  std::string_view rest = text;
  const std::optional<double> number = TakeNumber(rest);
  const double share = number.value_or(-1) / (rest == "%" ? 100 : 1);
  if (!number || (!rest.empty() && rest != "%") || share > 1) {
    return InvalidError(fmt::format("\"{}\" is no share; write one such as 50% or 0.5", text));
  }
  return share;
}

std::string DurationText(Duration duration) {
  const double ms = ToMs(duration);
  if (ms >= 60'000) return Short(ms / 60'000) + " min";
  if (ms >= 1000) return Short(ms / 1000) + " s";
  return ms >= 1 || ms == 0 ? Short(ms) + " ms" : Short(ms * 1000) + " us";
}

std::string BytesText(double bytes) {
  if (bytes >= 1e9) return Short(bytes / 1e9) + " GB";
  if (bytes >= 1e6) return Short(bytes / 1e6) + " MB";
  if (bytes >= 1e3) return Short(bytes / 1e3) + " KB";
  return Short(bytes) + " B";
}

}  // namespace twelve
