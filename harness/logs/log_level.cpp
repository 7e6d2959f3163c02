#include "harness/logs/log_level.h"

#include <array>
#include <charconv>

namespace twelve {
namespace {

struct LevelWord {
  std::string_view word;
  LogLevel level;
};
// syslog's severities, and the names that log4j, Python, Go, Ruby, Rust and npm loggers use.
constexpr std::array kWords{
    LevelWord{"error", LogLevel::kError},   LevelWord{"err", LogLevel::kError},
    LevelWord{"fatal", LogLevel::kError},   LevelWord{"critical", LogLevel::kError},
    LevelWord{"crit", LogLevel::kError},    LevelWord{"alert", LogLevel::kError},
    LevelWord{"emerg", LogLevel::kError},   LevelWord{"emergency", LogLevel::kError},
    LevelWord{"panic", LogLevel::kError},   LevelWord{"severe", LogLevel::kError},
    LevelWord{"warn", LogLevel::kWarn},     LevelWord{"warning", LogLevel::kWarn},
    LevelWord{"info", LogLevel::kInfo},     LevelWord{"notice", LogLevel::kInfo},
    LevelWord{"debug", LogLevel::kDebug},   LevelWord{"trace", LogLevel::kDebug},
    LevelWord{"verbose", LogLevel::kDebug}, LevelWord{"log", LogLevel::kInfo},
};

// A level stands before the message: this far into a line it is searched for.
constexpr std::size_t kLookAt = 96;
constexpr std::size_t kLookAtJson = 512;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsWord(char c) {
  return IsUpper(c) || (c >= 'a' && c <= 'z') || IsDigit(c) || c == '_';
}

bool EqualsLower(std::string_view any_case, std::string_view lower) {
  if (any_case.size() != lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (Lower(any_case[i]) != lower[i]) return false;
  }
  return true;
}

std::string_view LeadingWord(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && IsWord(text[length])) ++length;
  return text.substr(0, length);
}

// bunyan and pino write numbers: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
LogLevel NumberedLevel(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (number >= 50 && number <= 60) return LogLevel::kError;
  if (number >= 40 && number < 50) return LogLevel::kWarn;
  if (number >= 30 && number < 40) return LogLevel::kInfo;
  if (number >= 10 && number < 30) return LogLevel::kDebug;
  return LogLevel::kUnknown;
}

LogLevel LevelOfValue(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '"')) value.remove_prefix(1);
  const std::string_view word = LeadingWord(value);
  if (word.empty()) return LogLevel::kUnknown;
  if (IsDigit(word.front())) return NumberedLevel(word);
  return ParseLevel(word).value_or(LogLevel::kUnknown);
}

LogLevel LevelOfJson(std::string_view text) {
  text = text.substr(0, kLookAtJson);
  for (const std::string_view key : {"\"level\"", "\"severity\"", "\"lvl\""}) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) continue;
    std::string_view value = text.substr(at + key.size());
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (value.empty() || value.front() != ':') continue;
    return LevelOfValue(value.substr(1));
  }
  return LogLevel::kUnknown;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "Nov" of a date: what may stand between the line's begin and its level.
bool LooksLikeMonthOrDay(std::string_view word) {
  return word.size() == 3 && IsUpper(word[0]) && !IsUpper(word[1]) && !IsUpper(word[2]);
}

bool AllUpper(std::string_view word) {
  for (const char c : word) {
    if (!IsUpper(c)) return false;
  }
  return true;
}

// Walks over what stands before a message: dates, names in brackets, key=value pairs, upper-case
// words. The first word of prose ends the search.
class Preamble {
 public:
  explicit Preamble(std::string_view text) : text_(text.substr(0, kLookAt)) {}

  LogLevel Find() {
    while (SkipToWord()) {
      const std::string_view word = LeadingWord(text_);
      text_.remove_prefix(word.size());
      const char next = text_.empty() ? '\0' : text_.front();
      if (IsDigit(word.front())) continue;
      if (next == '=' && !bracket_) {
        if (IsLevelKey(word)) return LevelOfValue(text_.substr(1));
        SkipValue();
        continue;
      }
      const bool announced = bracket_ || next == ':' || AllUpper(word);
      if (const std::optional<LogLevel> level = announced ? ParseLevel(word) : std::nullopt) {
        return *level;
      }
      if (next == ':' && !bracket_) {
        const bool exception = EndsWith(word, "Error") || EndsWith(word, "Exception");
        return exception ? LogLevel::kError : LogLevel::kUnknown;
      }
      if (!bracket_ && !AllUpper(word) && !LooksLikeMonthOrDay(word)) return LogLevel::kUnknown;
    }
    return LogLevel::kUnknown;
  }

 private:
  bool SkipToWord() {
    while (!text_.empty() && !IsWord(text_.front())) {
      if (text_.front() == '[') bracket_ = true;
      if (text_.front() == ']') bracket_ = false;
      if (text_.front() == '"' || text_.front() == '(') return false;  // a request line, prose
      text_.remove_prefix(1);
    }
    return !text_.empty();
  }
  static bool IsLevelKey(std::string_view word) {
    return EqualsLower(word, "level") || EqualsLower(word, "lvl") || EqualsLower(word, "severity");
  }
  void SkipValue() {
    text_.remove_prefix(1);
    const bool quoted = !text_.empty() && text_.front() == '"';
    if (quoted) text_.remove_prefix(1);
    const std::size_t end = text_.find(quoted ? '"' : ' ');
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
  }

  std::string_view text_;
  bool bracket_ = false;
};

}  // namespace

std::optional<LogLevel> ParseLevel(std::string_view word) {
  if (word.size() < 3 || word.size() > 9) return std::nullopt;
  for (const LevelWord& known : kWords) {
    if (EqualsLower(word, known.word)) return known.level;
  }
  return std::nullopt;
}

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kUnknown:
      return "";
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "";
}

LogLevel DetectLevel(std::string_view text) {
  if (text.empty()) return LogLevel::kUnknown;
  if (text.front() == '{') return LevelOfJson(text);
  if (text.substr(0, 9) == "Traceback") return LogLevel::kError;  // Python's unhandled exception
  return Preamble(text).Find();
}

}  // namespace twelve
