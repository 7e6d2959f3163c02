#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "factors/03_config/parts/setting_row.h"

namespace twelve {

/// The environment of the process: the only place that configuration comes from (factor III).
using Environment = std::map<std::string, std::string, std::less<>>;

/// What the environment said, checked against a schema.
class Settings {
 public:
  using Value = SettingValue;

  /// Reads every row. The error is one text that names everything that is missing or malformed,
  /// a line each, so that one look is enough to mend it all.
  static Result<Settings> Read(std::span<const SettingRow> schema, const Environment& environment);

  /// REQUIRES, here and below: `name` is a row of the schema, of that kind.
  const std::string& Text(std::string_view name) const { return Of(name).text; }
  std::int64_t Number(std::string_view name) const { return Of(name).number; }
  double Decimal(std::string_view name) const { return Of(name).decimal; }
  bool Flag(std::string_view name) const { return Of(name).number != 0; }
  Duration Length(std::string_view name) const {
    return std::chrono::milliseconds(Of(name).number);
  }
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }

 private:
  const Value& Of(std::string_view name) const { return values_.find(name)->second; }
  Status ReadRow(const SettingRow& row, const Environment& environment, Value& value) const;

  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace twelve
