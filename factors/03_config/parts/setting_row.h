#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// One row of a schema: a variable, what it may hold, and what holds without it.
struct SettingRow {
  enum class Kind {
    kWhole,
    kText,
    kChoice,
    kDecimal,
    kBoolean,   // true or false
    kDuration,  // a whole number and its unit: 250ms, 30s, 5m, 1h
    kUrl,       // a scheme and what follows it
  };

  std::string_view name;
  std::string_view what;  // for --help
  Kind kind = Kind::kText;
  /// Nothing: the variable must be set, unless it follows another. Empty: the service does without.
  std::optional<std::string> otherwise = std::nullopt;
  std::int64_t least = 0;  // kWhole, kDecimal; kDuration in ms
  std::int64_t most = 0;
  std::vector<std::string_view> choices = {};  // kChoice; case does not matter
  /// A further test of the value; its message completes "NAME …" and holds no secret.
  std::function<Status(const std::string&)> check = nullptr;
  bool secret = false;  // never printed whole: not in an error, not in /config
  /// An earlier row, whose value holds when this variable is not set.
  std::string_view follows = {};
  /// Makes this value out of that one; null takes it as it is.
  std::function<std::string(const std::string&)> derive = nullptr;
  /// An earlier row of kWhole that must not be greater than this.
  std::string_view not_below = {};
};

/// A value, read by the rules of its row.
struct SettingValue {
  std::string text = {};    // a choice as the schema spells it
  std::int64_t number = 0;  // kWhole; kBoolean 0 or 1; kDuration in ms
  double decimal = 0;       // kDecimal
  std::string from = {};    // "environment", "default", or the name of the variable it follows
  bool secret = false;
  SettingRow::Kind kind = SettingRow::Kind::kText;

  bool from_environment() const { return from == "environment"; }
  /// The value as it may be printed: of a secret, only what is no secret.
  std::string Shown() const;
};

/// Fills in what `value.text` means. Errors: kInvalid; the message completes "NAME …".
Status ReadSettingValue(const SettingRow& row, SettingValue& value);

/// "whole number from 0 to 65535", "URL".
std::string TypeOf(const SettingRow& row);
/// For --help: two lines for each row.
std::string SchemaText(std::span<const SettingRow> schema);

/// Takes the defaults of these rows away, so that a deploy which forgot one does not start with a
/// value that is meant for a laptop. Errors: kInvalid for a name that no row has.
Status RequireSettings(std::vector<SettingRow>& schema, std::span<const std::string> names);

/// A URL that may be printed: without the user and the password that may stand before an "@", and
/// without the values that may stand behind a "?".
std::string MaskedUrl(const std::string& url);

}  // namespace twelve
