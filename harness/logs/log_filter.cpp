#include "harness/logs/log_filter.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "harness/logs/json_fields.h"
#include "harness/logs/log_level.h"

namespace twelve {
namespace {

struct SourceIs {
  std::vector<std::string> names;
};
struct TypeIs {
  std::vector<std::string> types;
};
struct LevelFrom {
  LogLevel level;
};
struct StreamIs {
  LogStream stream;
};
struct TextFinds {
  std::shared_ptr<const RE2> pattern;
};
struct FieldIs {
  std::string path, value;
};
using Condition = std::variant<SourceIs, TypeIs, LevelFrom, StreamIs, TextFinds, FieldIs>;
using ConditionPtr = std::shared_ptr<const Condition>;

template <typename T>
ConditionPtr Make(T condition) {
  return std::make_shared<const Condition>(std::move(condition));
}

bool Holds(const LevelFrom& condition, const LogStore::View& line) {
  return line.level >= condition.level;
}
bool Holds(const StreamIs& condition, const LogStore::View& line) {
  return line.stream == condition.stream;
}
bool Holds(const TextFinds& condition, const LogStore::View& line) {
  return RE2::PartialMatch(re2::StringPiece(line.text.data(), line.text.size()),
                           *condition.pattern);
}
bool Holds(const FieldIs& condition, const LogStore::View& line) {
  if (!LooksLikeJson(line.text)) return false;
  // Parsing costs far more than a search. A backslash may hide the key in \u escapes.
  const std::string_view key =
      std::string_view(condition.path).substr(condition.path.rfind('.') + 1);
  const bool is_index = key.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_index && line.text.find(key) == std::string_view::npos &&
      line.text.find('\\') == std::string_view::npos) {
    return false;
  }
  const auto fields = ParseJsonFields(line.text);
  if (!fields) return false;
  return std::any_of(fields->begin(), fields->end(), [&](const JsonField& field) {
    return field.path == condition.path && field.value == condition.value;
  });
}

std::string_view TypeOf(std::string_view source) {
  return source.substr(0, source.rfind('.'));
}

bool OneOf(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> SplitAtCommas(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = list.find(',');
    if (comma != 0 && !list.empty()) parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

Result<ConditionPtr> FindsPattern(std::string_view shown, const std::string& pattern,
                                  bool any_case) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!any_case);
  auto compiled = std::make_shared<const RE2>(pattern, options);
  if (!compiled->ok()) {
    return InvalidError(
        fmt::format("the regular expression {} cannot be used: {}", shown, compiled->error()));
  }
  return Make(TextFinds{std::move(compiled)});
}

Result<ConditionPtr> FindsText(std::string_view text) {
  return FindsPattern(text, RE2::QuoteMeta(re2::StringPiece(text.data(), text.size())), true);
}

std::optional<LogStream> ParseStream(std::string_view name) {
  if (name == "stdout") return LogStream::kStdout;
  if (name == "stderr") return LogStream::kStderr;
  if (name == "twelve") return LogStream::kTwelve;
  return std::nullopt;
}

bool IsKey(std::string_view word) {
  return word == "source" || word == "type" || word == "level" || word == "stream";
}

// REQUIRES: IsKey(key).
Result<ConditionPtr> KeyCondition(std::string_view key, std::string_view value) {
  if (value.empty()) {
    return InvalidError(fmt::format("\"{}:\" needs a value, such as {}", key,
                                    key == "source"   ? "source:web.1"
                                    : key == "type"   ? "type:web"
                                    : key == "stream" ? "stream:stderr"
                                                      : "level:warn"));
  }
  if (key == "source") return Make(SourceIs{SplitAtCommas(value)});
  if (key == "type") return Make(TypeIs{SplitAtCommas(value)});
  if (key == "stream") {
    if (const auto stream = ParseStream(value)) return Make(StreamIs{*stream});
    return InvalidError(
        fmt::format("\"stream:{}\" names no stream: use stdout, stderr or twelve", value));
  }
  if (const auto level = ParseLevel(value)) return Make(LevelFrom{*level});
  return InvalidError(
      fmt::format("\"level:{}\" names no level: use debug, info, warn or error", value));
}

bool IsFieldPath(std::string_view word) {
  if (word.empty()) return false;
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '@';
  });
}

// Reads a query word by word.
class QueryReader {
 public:
  explicit QueryReader(std::string_view query) : rest_(query) {}

  bool SkipBlanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
    return !rest_.empty();
  }
  // "-" alone is a text, not a negation of nothing.
  bool TakeMinus() {
    if (rest_.size() < 2 || rest_[0] != '-' || kBlanks.find(rest_[1]) != std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  Result<ConditionPtr> Take() {
    if (rest_.front() == '/') {
      if (const std::size_t end = RegexEnd(); end != std::string_view::npos) return TakeRegex(end);
    }
    if (rest_.front() == '"') return FindsText(TakeQuoted());
    const std::size_t mark = rest_.find_first_of(":= \t\n");
    if (mark != std::string_view::npos && rest_[mark] == ':' && IsKey(rest_.substr(0, mark))) {
      const std::string_view key = rest_.substr(0, mark);
      return KeyCondition(key, TakeValue(mark + 1));
    }
    if (mark != std::string_view::npos && rest_[mark] == '=' &&
        IsFieldPath(rest_.substr(0, mark))) {
      std::string path(rest_.substr(0, mark));
      return Make(FieldIs{std::move(path), std::string(TakeValue(mark + 1))});
    }
    return FindsText(TakeWord());
  }

 private:
  static constexpr std::string_view kBlanks = " \t\n";

  // A "/" that ends a word, or "/i" that does: "/api/v1" is a text, "/api/" a regular expression.
  std::size_t RegexEnd() const {
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
        continue;
      }
      if (rest_[i] != '/' || i == 1) continue;
      const std::string_view after = rest_.substr(i + 1, 2);
      if (after.empty() || IsBlank(after[0])) return i;
      if (after[0] == 'i' && (after.size() == 1 || IsBlank(after[1]))) return i;
    }
    return std::string_view::npos;
  }
  static bool IsBlank(char c) { return kBlanks.find(c) != std::string_view::npos; }

  Result<ConditionPtr> TakeRegex(std::size_t end) {
    const std::string pattern(rest_.substr(1, end - 1));
    const bool any_case = rest_.substr(end + 1, 1) == "i";
    const std::string_view shown = rest_.substr(0, end + 1);
    rest_.remove_prefix(end + (any_case ? 2 : 1));
    return FindsPattern(shown, pattern, any_case);
  }
  // An unfinished quotation goes on to the end: somebody is typing it.
  std::string_view TakeQuoted() {
    rest_.remove_prefix(1);
    const std::size_t end = std::min(rest_.find('"'), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }
  std::string_view TakeWord() {
    const std::size_t end = std::min(rest_.find_first_of(kBlanks), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return word;
  }
  std::string_view TakeValue(std::size_t begin) {
    rest_.remove_prefix(begin);
    return !rest_.empty() && rest_.front() == '"' ? TakeQuoted() : TakeWord();
  }

  std::string_view rest_;
};

}  // namespace

class LogFilter::Term {
 public:
  Term(ConditionPtr condition, bool negated)
      : condition_(std::move(condition)), negated_(negated) {}

  bool MatchesSource(std::string_view name) const {
    if (const auto* source = std::get_if<SourceIs>(condition_.get())) {
      return OneOf(source->names, name) != negated_;
    }
    if (const auto* type = std::get_if<TypeIs>(condition_.get())) {
      return OneOf(type->types, TypeOf(name)) != negated_;
    }
    return true;
  }
  bool MatchesLine(const LogStore::View& line) const {
    return std::visit(
        [&](const auto& condition) {
          using C = std::decay_t<decltype(condition)>;
          if constexpr (std::is_same_v<C, SourceIs> || std::is_same_v<C, TypeIs>) {
            return true;
          } else {
            return Holds(condition, line) != negated_;
          }
        },
        *condition_);
  }

 private:
  ConditionPtr condition_;
  bool negated_;
};

Result<LogFilter> LogFilter::Parse(std::string_view query) {
  LogFilter filter;
  QueryReader reader(query);
  while (reader.SkipBlanks()) {
    const bool negated = reader.TakeMinus();
    Result<ConditionPtr> condition = reader.Take();
    if (!condition) return condition.error();
    filter.terms_.push_back(std::make_shared<const Term>(std::move(*condition), negated));
  }
  return filter;
}

bool LogFilter::MatchesSource(std::string_view name) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const auto& term) { return term->MatchesSource(name); });
}

bool LogFilter::MatchesLine(const LogStore::View& line) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const auto& term) { return term->MatchesLine(line); });
}

}  // namespace twelve
