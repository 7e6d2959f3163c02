#include "factors/03_config/parts/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace twelve {
namespace {

std::string Shown(const SettingRow& row, const std::string& text) {
  return row.secret ? std::string("(its value is not shown)") : "\"" + text + "\"";
}

Status ReadWhole(const SettingRow& row, Settings::Value& value) {
  const std::string& text = value.text;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value.number);
  if (problem == std::errc() && stop == end && value.number >= row.least &&
      value.number <= row.most) {
    return {};
  }
  return InvalidError(fmt::format("is {}, and must be a whole number from {} to {}",
                                  Shown(row, text), row.least, row.most));
}

Status ReadChoice(const SettingRow& row, const Settings::Value& value) {
  if (std::find(row.choices.begin(), row.choices.end(), value.text) != row.choices.end()) {
    return {};
  }
  return InvalidError(fmt::format("is {}, and must be one of {}", Shown(row, value.text),
                                  fmt::join(row.choices, ", ")));
}

Status ReadRow(const SettingRow& row, const Environment& environment, Settings::Value& value) {
  value.secret = row.secret;
  const auto found = environment.find(row.name);
  value.from_environment = found != environment.end();
  if (value.from_environment) {
    value.text = found->second;
    if (value.text.empty()) return InvalidError("is set but empty");
  } else if (row.otherwise) {
    value.text = *row.otherwise;
  } else {
    return InvalidError("is not set: " + std::string(row.what));
  }
  Status status;
  if (row.kind == SettingRow::Kind::kWhole) status = ReadWhole(row, value);
  if (row.kind == SettingRow::Kind::kChoice) status = ReadChoice(row, value);
  if (status.ok() && row.check) status = row.check(value.text);
  return status;
}

}  // namespace

Result<Settings> Settings::Read(std::span<const SettingRow> schema,
                                const Environment& environment) {
  Settings settings;
  std::string faults;
  for (const SettingRow& row : schema) {
    Value value;
    const Status status = ReadRow(row, environment, value);
    if (!status) faults += fmt::format("\n  {} {}", row.name, status.error().message);
    settings.values_.emplace(row.name, std::move(value));
  }
  if (!faults.empty()) {
    return InvalidError("the environment does not hold a valid configuration:" + faults);
  }
  return settings;
}

}  // namespace twelve
