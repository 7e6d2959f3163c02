#include "factors/03_config/parts/setting_row.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace twelve {
namespace {

using Kind = SettingRow::Kind;

Error Refused(const SettingRow& row, const std::string& text) {
  return InvalidError(fmt::format("is {}, and must be {}",
                                  row.secret ? "(its value is not shown)" : "\"" + text + "\"",
                                  TypeOf(row)));
}

/// The whole of `text` as a number; from_chars takes no sign, no space and no other base.
template <typename Number>
bool Parse(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  return problem == std::errc() && stop == end;
}

bool ReadWhole(const SettingRow& row, SettingValue& value) {
  return Parse(value.text, value.number) && value.number >= row.least && value.number <= row.most;
}

bool ReadDecimal(const SettingRow& row, SettingValue& value) {
  return Parse(value.text, value.decimal) && std::isfinite(value.decimal) &&
         value.decimal >= static_cast<double>(row.least) &&
         value.decimal <= static_cast<double>(row.most);
}

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};

std::string DurationText(std::int64_t ms) {
  const Unit* best = &kUnits[0];
  for (const Unit& unit : kUnits) {
    if (ms != 0 && ms % unit.ms == 0) best = &unit;
  }
  return fmt::format("{}{}", ms / best->ms, best->name);
}

bool ReadDuration(const SettingRow& row, SettingValue& value) {
  const std::string_view text = value.text;
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& one) {
    return one.name == text.substr(digits.size());
  });
  std::int64_t count = 0;
  if (unit == std::end(kUnits) || !Parse(digits, count) || count > row.most) return false;
  value.number = count * unit->ms;
  return value.number >= row.least && value.number <= row.most;
}

bool ReadBoolean(SettingValue& value) {
  value.number = value.text == "true" ? 1 : 0;
  return value.text == "true" || value.text == "false";
}

bool SameWithoutCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool ReadChoice(const SettingRow& row, SettingValue& value) {
  for (const std::string_view choice : row.choices) {
    if (!SameWithoutCase(choice, value.text)) continue;
    value.text = choice;
    return true;
  }
  return false;
}

bool IsUrl(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon + 1 == text.size()) return false;
  if (text[0] < 'a' || text[0] > 'z') return false;
  const std::string_view scheme = text.substr(0, colon);
  const bool plain = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
  // A newline or a space at the end is a copying mistake; a path may hold a space.
  const bool printable =
      std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' '; });
  return plain && printable && text.back() != ' ';
}

bool Read(const SettingRow& row, SettingValue& value) {
  switch (row.kind) {
    case Kind::kWhole:
      return ReadWhole(row, value);
    case Kind::kText:
      return true;
    case Kind::kChoice:
      return ReadChoice(row, value);
    case Kind::kDecimal:
      return ReadDecimal(row, value);
    case Kind::kBoolean:
      return ReadBoolean(value);
    case Kind::kDuration:
      return ReadDuration(row, value);
    case Kind::kUrl:
      return IsUrl(value.text);
  }
  return false;
}

std::string OtherwiseOf(const SettingRow& row) {
  if (!row.follows.empty()) return fmt::format("follows {}", row.follows);
  if (!row.otherwise) return "required";
  return row.otherwise->empty() ? "none by default" : "default " + *row.otherwise;
}

}  // namespace

std::string SettingValue::Shown() const {
  if (!secret || text.empty()) return text;
  return kind == Kind::kUrl ? MaskedUrl(text) : "***";
}

Status ReadSettingValue(const SettingRow& row, SettingValue& value) {
  value.kind = row.kind;
  value.secret = row.secret;
  if (!Read(row, value)) return Refused(row, value.text);
  return row.check ? row.check(value.text) : Status();
}

std::string TypeOf(const SettingRow& row) {
  switch (row.kind) {
    case Kind::kWhole:
      return fmt::format("a whole number from {} to {}", row.least, row.most);
    case Kind::kText:
      return "text";
    case Kind::kChoice:
      return fmt::format("one of {}", fmt::join(row.choices, ", "));
    case Kind::kDecimal:
      return fmt::format("a number from {} to {}", row.least, row.most);
    case Kind::kBoolean:
      return "true or false";
    case Kind::kDuration:
      return fmt::format("a duration from {} to {}, as in 250ms, 30s, 5m, 1h",
                         DurationText(row.least), DurationText(row.most));
    case Kind::kUrl:
      return "a URL, as in scheme://user:password@host:port/name";
  }
  return {};
}

std::string SchemaText(std::span<const SettingRow> schema) {
  std::size_t width = 0;
  for (const SettingRow& row : schema) width = std::max(width, row.name.size());
  std::string text;
  for (const SettingRow& row : schema) {
    text += fmt::format("  {:<{}}  {}\n", row.name, width, row.what);
    text += fmt::format("  {:<{}}  {}; {}{}\n", "", width, TypeOf(row), OtherwiseOf(row),
                        row.secret ? "; secret" : "");
  }
  return text;
}

Status RequireSettings(std::vector<SettingRow>& schema, std::span<const std::string> names) {
  for (const std::string& name : names) {
    const auto row = std::find_if(schema.begin(), schema.end(),
                                  [&](const SettingRow& one) { return one.name == name; });
    if (row == schema.end()) {
      return InvalidError(
          fmt::format("\"{}\" is no variable of this service; --help names them all", name));
    }
    row->otherwise.reset();
    row->follows = {};
  }
  return {};
}

std::string MaskedUrl(const std::string& url) {
  std::string shown = url;
  const std::size_t authority = shown.find("://");
  if (const std::size_t at = shown.rfind('@'); at != std::string::npos) {
    const std::size_t from = authority == std::string::npos ? 0 : authority + 3;
    shown = shown.substr(0, from) + "***" + shown.substr(at);
  }
  if (const std::size_t query = shown.find('?'); query != std::string::npos) {
    shown = shown.substr(0, query) + "?***";
  }
  return shown;
}

}  // namespace twelve
