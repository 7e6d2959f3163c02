#include "harness/process/env_dialects.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <tuple>

namespace twelve {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kSpaces = " \t\v\f\r\n";

std::string_view Trim(std::string_view text, std::string_view what = kSpaces) {
  const std::size_t begin = text.find_first_not_of(what);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(what) - begin + 1);
}

std::string WithoutCr(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') result += text[i];
  }
  return result;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string ReplaceAll(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

bool Encloses(std::string_view text, char quote) {
  return text.size() >= 2 && text.front() == quote && text.back() == quote;
}

// A backslash before any character but the newline goes; foreman.
std::string Unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '\n') ++i;
    result += text[i];
  }
  return result;
}

DialectReading ReadAsForeman(std::string_view text) {
  DialectReading reading;
  const std::string copy = WithoutCr(text);
  int number = 0;
  for (const std::string_view line : Lines(copy)) {
    ++number;
    const std::size_t equals = line.find('=');
    const std::string_view name = line.substr(0, std::min(equals, line.size()));
    const auto in_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    if (equals == std::string_view::npos || name.empty() ||
        !std::all_of(name.begin(), name.end(), in_name)) {
      continue;
    }
    std::string_view raw = line.substr(equals + 1);
    std::string value(raw);
    if (Encloses(raw, '\'')) {
      value = raw.substr(1, raw.size() - 2);
    } else if (Encloses(raw, '"')) {
      const std::string inside(raw.substr(1, raw.size() - 2));
      value = Unescaped(ReplaceAll(inside, "\\n", "\n"));
    }
    reading.entries.push_back({std::string(name), value, number, 1});
  }
  return reading;
}

DialectReading ReadAsHerokuLocal(std::string_view text) {
  // JavaScript's trim takes the byte order mark for a blank.
  if (text.substr(0, kBom.size()) == kBom) text.remove_prefix(kBom.size());
  DialectReading reading;
  int number = 0;
  for (std::string_view line : Lines(text)) {
    ++number;
    line = Trim(line);
    if (line.size() <= 2 || line[0] == '#') continue;
    const std::size_t equals = line.find('=');
    const std::string_view name = Trim(line.substr(0, std::min(equals, line.size())));
    const std::string_view raw =
        equals == std::string_view::npos ? std::string_view() : Trim(line.substr(equals + 1));
    std::string_view value = raw;
    if (!raw.empty() && (raw[0] == '"' || raw[0] == '\'')) {
      const std::size_t end = raw.find(raw[0], 1);
      if (end == std::string_view::npos) {
        reading.refused_line = number;
        return reading;
      }
      value = raw.substr(1, end - 1);
    } else {
      value = raw.substr(0, std::min(raw.find('#'), raw.size()));
      if (value.size() < raw.size()) {
        while (!value.empty() && kSpaces.find(value.back()) != std::string_view::npos) {
          value.remove_suffix(1);
        }
      }
    }
    reading.entries.push_back({std::string(name), std::string(value), number, 1});
  }
  return reading;
}

/// godotenv reads statements, not lines.
class GodotenvReader {
 public:
  explicit GodotenvReader(std::string_view text)
      : text_(ReplaceAll(WithoutCr(text), "---\n", "\n")), rest_(text_) {}

  DialectReading Run() && {
    while (NextStatement()) {
      const int line = LineNumber();
      std::string name;
      std::string value;
      if (!Name(name) || !Value(value)) {
        reading_.refused_line = line;
        break;
      }
      reading_.entries.push_back({std::move(name), std::move(value), line, 1});
    }
    return std::move(reading_);
  }

 private:
  static constexpr std::string_view kBlank = " \t\v\f\r";

  bool NextStatement() {
    for (;;) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpaces), rest_.size()));
      if (rest_.empty()) return false;
      if (rest_[0] != '#') return true;
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }
  }

  void SkipBlank() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlank), rest_.size())); }

  bool Name(std::string& name) {
    if (rest_.substr(0, 6) == "export" && rest_.size() > 6 &&
        kBlank.find(rest_[6]) != std::string_view::npos) {
      rest_.remove_prefix(6);
      SkipBlank();
    }
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const auto c = static_cast<unsigned char>(rest_[i]);
      if (c == '=' || c == ':') {
        name = Trim(rest_.substr(0, i));
        rest_.remove_prefix(i + 1);
        SkipBlank();
        return true;
      }
      // It looks at single bytes: those of é are the letters Ã and © of Latin 1 in its eyes.
      const bool latin = c >= 0xC0 && c != 0xD7 && c != 0xF7;
      if (std::isalnum(c) == 0 && c != '_' && c != '.' && !latin &&
          kBlank.find(rest_[i]) == std::string_view::npos) {
        return false;
      }
    }
    // A name that ends with the file: it keeps the text and sets the empty name.
    return true;
  }

  bool Value(std::string& value) {
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\'')) {
      value = Unquoted();
      return true;
    }
    const char quote = rest_[0];
    std::size_t end = 1;
    while (end < rest_.size() && (rest_[end] != quote || rest_[end - 1] == '\\')) ++end;
    if (end >= rest_.size()) return false;
    value = Trim(rest_.substr(0, end), std::string_view(&quote, 1));
    if (quote == '"') value = Expanded(Escapes(value));
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string Unquoted() {
    const std::size_t end = std::min(rest_.find_first_of("\n\r"), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end);
    for (std::size_t i = line.size(); i-- > 1;) {
      if (line[i] == '#' && kBlank.find(line[i - 1]) != std::string_view::npos) {
        line = line.substr(0, i);
        break;
      }
    }
    return Expanded(std::string(Trim(line, kBlank)));
  }

  // First \n and \r, then a backslash before anything but $ goes.
  static std::string Escapes(const std::string& text) {
    std::string first;
    for (std::size_t i = 0; i < text.size(); ++i) {
      first += text[i];
      if (text[i] != '\\' || i + 1 == text.size() || text[i + 1] == '\n') continue;
      ++i;
      if (text[i] == 'n' || text[i] == 'r') {
        first.back() = text[i] == 'n' ? '\n' : '\r';
      } else {
        first += text[i];
      }
    }
    std::string result;
    for (std::size_t i = 0; i < first.size(); ++i) {
      if (first[i] == '\\' && i + 1 < first.size() && first[i + 1] != '$') ++i;
      result += first[i];
    }
    return result;
  }

  std::string Expanded(const std::string& text) const {
    static const RE2 kVariable(R"((\\)?(\$)(\()?\{?([A-Z0-9_]+)?\}?)");
    std::string result;
    re2::StringPiece rest(text);
    re2::StringPiece groups[5];
    while (kVariable.Match(rest, 0, rest.size(), RE2::UNANCHORED, groups, 5)) {
      result.append(rest.data(), static_cast<std::size_t>(groups[0].data() - rest.data()));
      if (!groups[1].empty()) {
        result.append(groups[0].data() + 1, groups[0].size() - 1);
      } else if (!groups[4].empty()) {
        result += Lookup(groups[4].as_string());
      } else {
        result.append(groups[0].data(), groups[0].size());
      }
      rest.remove_prefix(
          static_cast<std::size_t>(groups[0].data() + groups[0].size() - rest.data()));
    }
    return result.append(rest.data(), rest.size());
  }

  std::string Lookup(const std::string& name) const {
    for (auto entry = reading_.entries.rbegin(); entry != reading_.entries.rend(); ++entry) {
      if (entry->name == name) return entry->value;
    }
    return {};
  }

  int LineNumber() const {
    const auto at = static_cast<std::ptrdiff_t>(text_.size() - rest_.size());
    return 1 + static_cast<int>(std::count(text_.begin(), text_.begin() + at, '\n'));
  }

  const std::string text_;
  std::string_view rest_;
  DialectReading reading_;
};

DialectReading ReadAsDotenv(std::string_view text) {
  if (text.substr(0, kBom.size()) == kBom) text.remove_prefix(kBom.size());
  const std::string copy = ReplaceAll(WithoutCr(text), "\r", "\n");
  static const RE2 kLine(
      "(?m)^\\s*(?:export\\s+)?([\\w.-]+)(?:\\s*=\\s*?|:\\s+?)"
      "(\\s*'(?:\\\\'|[^'])*'|\\s*\"(?:\\\\\"|[^\"])*\"|\\s*`(?:\\\\`|[^`])*`|[^#\\r\\n]+)?"
      "\\s*(?:#.*)?$");
  DialectReading reading;
  re2::StringPiece rest(copy);
  std::string name, raw;
  while (RE2::FindAndConsume(&rest, kLine, &name, &raw)) {
    std::string value(Trim(raw));
    const char quote = value.empty() ? '\0' : value[0];
    if ((quote == '\'' || quote == '"' || quote == '`') && Encloses(value, quote)) {
      value = value.substr(1, value.size() - 2);
    }
    if (quote == '"') value = ReplaceAll(ReplaceAll(value, "\\n", "\n"), "\\r", "\r");
    // The match may end lines after its name, and begin lines before: count up to the name.
    const auto consumed = copy.size() - static_cast<std::size_t>(rest.size());
    const std::size_t at = std::min(copy.rfind(name, consumed), consumed);
    const auto newlines = std::count(copy.begin(), copy.begin() + static_cast<long>(at), '\n');
    reading.entries.push_back({name, value, 1 + static_cast<int>(newlines), 1});
  }
  return reading;
}

const EnvEntry* Last(const std::vector<EnvEntry>& entries, const std::string& name) {
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->name == name) return &*entry;
  }
  return nullptr;
}

std::string Quoted(const std::string& value) {
  constexpr std::size_t kShown = 40;
  std::string shown = ReplaceAll(ReplaceAll(value.substr(0, kShown), "\n", "\\n"), "\r", "\\r");
  return "\"" + shown + (value.size() > kShown ? "…\"" : "\"");
}

void Compare(const EnvFile& ours, EnvDialect dialect, const DialectReading& theirs,
             std::vector<EnvDifference>& differences) {
  if (theirs.refused_line) {
    differences.push_back({*theirs.refused_line, "", dialect, "refuses the file"});
    return;
  }
  for (const EnvEntry& entry : ours.entries) {
    if (Last(ours.entries, entry.name) != &entry) continue;
    const EnvEntry* other = Last(theirs.entries, entry.name);
    if (other == nullptr) {
      differences.push_back({entry.line, entry.name, dialect, "does not set it"});
    } else if (other->value != entry.value) {
      differences.push_back({entry.line, entry.name, dialect, "reads " + Quoted(other->value)});
    }
  }
  for (const EnvEntry& entry : theirs.entries) {
    if (Last(ours.entries, entry.name) != nullptr) continue;
    if (Last(theirs.entries, entry.name) != &entry) continue;
    differences.push_back(
        {entry.line, "", dialect, "sets " + Quoted(entry.name) + " to " + Quoted(entry.value)});
  }
}

}  // namespace

std::string_view ToString(EnvDialect dialect) {
  switch (dialect) {
    case EnvDialect::kForeman:
      return "foreman";
    case EnvDialect::kHerokuLocal:
      return "heroku local";
    case EnvDialect::kGodotenv:
      return "docker compose";
    case EnvDialect::kDotenv:
      return "dotenv";
  }
  return "";
}

DialectReading ReadAs(EnvDialect dialect, std::string_view text) {
  switch (dialect) {
    case EnvDialect::kForeman:
      return ReadAsForeman(text);
    case EnvDialect::kHerokuLocal:
      return ReadAsHerokuLocal(text);
    case EnvDialect::kGodotenv:
      return GodotenvReader(text).Run();
    case EnvDialect::kDotenv:
      return ReadAsDotenv(text);
  }
  return {};
}

std::vector<EnvDifference> LintEnvFile(std::string_view text) {
  const EnvFile ours = ParseEnvFile(text);
  std::vector<EnvDifference> differences;
  for (const EnvDialect dialect : {EnvDialect::kForeman, EnvDialect::kHerokuLocal,
                                   EnvDialect::kGodotenv, EnvDialect::kDotenv}) {
    Compare(ours, dialect, ReadAs(dialect, text), differences);
  }
  std::stable_sort(differences.begin(), differences.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.line, a.dialect) < std::tuple(b.line, b.dialect);
  });
  return differences;
}

}  // namespace twelve
