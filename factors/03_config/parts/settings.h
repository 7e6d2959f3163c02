#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// The environment of the process: the only place that configuration comes from (factor III).
using Environment = std::map<std::string, std::string, std::less<>>;

/// One row of a schema: a variable, what it may hold, and what holds without it.
struct SettingRow {
  enum class Kind { kWhole, kText, kChoice };

  std::string_view name;
  std::string_view what;  // for --help
  Kind kind = Kind::kText;
  std::optional<std::string> otherwise = std::nullopt;  // nothing: the variable must be set
  std::int64_t least = 0;                               // kWhole
  std::int64_t most = 0;
  std::vector<std::string_view> choices = {};  // kChoice
  /// A further test of the value; its message completes "NAME …".
  std::function<Status(const std::string&)> check = nullptr;
  bool secret = false;  // never printed: not in an error, not in /config
};

/// What the environment said, checked against a schema.
class Settings {
 public:
  struct Value {
    std::string text;
    std::int64_t number = 0;  // kWhole
    bool from_environment = false;
    bool secret = false;
  };

  /// Reads every row. The error is one text that names everything that is missing or malformed,
  /// a line each, so that one look is enough to mend it all.
  static Result<Settings> Read(std::span<const SettingRow> schema, const Environment& environment);

  /// REQUIRES: `name` is a row of the schema.
  const std::string& Text(std::string_view name) const { return values_.find(name)->second.text; }
  std::int64_t Number(std::string_view name) const { return values_.find(name)->second.number; }
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace twelve
