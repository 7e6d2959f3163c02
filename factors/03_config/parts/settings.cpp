#include "factors/03_config/parts/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

namespace twelve {

Result<Settings> Settings::Read(std::span<const SettingRow> schema,
                                const Environment& environment) {
  Settings settings;
  std::set<std::string_view> faulty;
  std::vector<std::string> faults;
  for (const SettingRow& row : schema) {
    Value value;
    const bool set = environment.find(row.name) != environment.end();
    // What follows a faulty value is mended with it: one fault, one line.
    const bool judged = set || !faulty.contains(row.follows);
    const Status status = judged ? settings.ReadRow(row, environment, value) : Status();
    if (!status) {
      faults.push_back(fmt::format("{} {}", row.name, status.error().message));
      faulty.insert(row.name);
    }
    settings.values_.emplace(row.name, std::move(value));
  }
  if (faults.size() == 1) return InvalidError("invalid configuration: " + faults[0]);
  if (!faults.empty()) {
    return InvalidError(fmt::format("the environment does not hold a valid configuration:\n  {}",
                                    fmt::join(faults, "\n  ")));
  }
  return settings;
}

Status Settings::ReadRow(const SettingRow& row, const Environment& environment,
                         Value& value) const {
  value.kind = row.kind;
  value.secret = row.secret;
  const auto found = environment.find(row.name);
  if (found != environment.end()) {
    value.from = "environment";
    value.text = found->second;
    if (value.text.empty()) return InvalidError("is set but empty");
  } else if (!row.follows.empty()) {
    value.from = row.follows;
    value.text = row.derive ? row.derive(Text(row.follows)) : Text(row.follows);
  } else if (row.otherwise) {
    value.from = "default";
    value.text = *row.otherwise;
  } else {
    return InvalidError("is not set: " + std::string(row.what));
  }
  if (value.text.empty()) return {};
  if (Status status = ReadSettingValue(row, value); !status) {
    if (row.follows != value.from) return status;
    return InvalidError(fmt::format("is not set, and what {} holds does not do for it: it {}",
                                    row.follows, status.error().message));
  }
  if (!row.not_below.empty() && value.number < Number(row.not_below)) {
    return InvalidError(fmt::format("is {}, and must not be below {}, which is {}", value.number,
                                    row.not_below, Number(row.not_below)));
  }
  return {};
}

}  // namespace twelve
