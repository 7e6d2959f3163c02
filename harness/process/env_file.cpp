#include "harness/process/env_file.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace twelve {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\v\f";

bool IsBlank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}
bool BeginsName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool InName(char c) {
  return BeginsName(c) || c == '.' || c == '-';
}

// Without the byte order mark and with LF for CR LF.
std::string Normalised(std::string_view text) {
  if (text.substr(0, kBom.size()) == kBom) text.remove_prefix(kBom.size());
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] == '\n')) continue;
    result += text[i];
  }
  return result;
}

class Parser {
 public:
  Parser(std::string_view text, const EnvFileOptions& options)
      : options_(options), copy_(Normalised(text)), text_(copy_) {}

  EnvFile Run() && {
    while (at_ < text_.size()) {
      Statement();
      NextLine();
    }
    std::stable_sort(file_.issues.begin(), file_.issues.end(), [](const auto& a, const auto& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return std::move(file_);
  }

 private:
  void Statement() {
    SkipBlanks();
    if (AtEnd() || text_[at_] == '#') return;
    if (text_.substr(at_, 6) == "export" && at_ + 6 < text_.size() && IsBlank(text_[at_ + 6])) {
      at_ += 6;
      SkipBlanks();
    }
    const std::size_t begin = at_;
    while (!AtEnd() && InName(text_[at_])) ++at_;
    const std::string name(text_.substr(begin, at_ - begin));
    SkipBlanks();
    if (AtEnd() || text_[at_] != '=') {
      return Issue(at_, "no \"=\" after the name, so the line is skipped; write NAME=value");
    }
    if (name.empty() || !BeginsName(name[0])) {
      return Issue(begin, "a name begins with a letter, a digit or \"_\", so the line is skipped");
    }
    CheckName(name, begin, at_);
    ++at_;
    SkipBlanks();
    const std::optional<std::string> value = Value();
    if (value) Keep(name, *value, begin);
  }

  void CheckName(const std::string& name, std::size_t begin, std::size_t equals) {
    const std::size_t odd = name.find_first_of(".-");
    if (odd != std::string::npos) {
      Issue(begin + odd, "\"" + name + "\" is no name for a shell: use letters, digits and \"_\"");
    } else if (std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
      Issue(begin, "\"" + name + "\" begins with a digit: a shell cannot use it");
    }
    if (IsBlank(text_[equals - 1]) || (equals + 1 < text_.size() && IsBlank(text_[equals + 1]))) {
      Issue(equals, "blanks around \"=\": foreman and a shell do not read this line");
    }
  }

  std::optional<std::string> Value() {
    if (AtEnd()) return "";
    const char quote = text_[at_];
    if (quote != '\'' && quote != '"') return Unquoted();
    const std::size_t begin = at_;
    std::optional<std::string> value = quote == '"' ? DoubleQuoted() : SingleQuoted();
    if (!value) {
      Issue(begin, std::string("the quote ") + quote + " is never closed; close it",
            TextIssue::Severity::kError);
      at_ = begin;
      return std::nullopt;
    }
    const std::size_t end = at_;
    SkipBlanks();
    if (AtEnd() || (text_[at_] == '#' && at_ > end)) return value;
    Issue(at_, "text after the closing quote; quote the whole value", TextIssue::Severity::kError);
    return std::nullopt;
  }

  std::string Unquoted() {
    // The blank before a comment may also be one between "=" and the comment.
    const std::size_t begin = at_;
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    std::size_t stop = begin;
    while (stop < end && !(text_[stop] == '#' && IsBlank(text_[stop - 1]))) ++stop;
    std::string_view raw = text_.substr(begin, stop - begin);
    while (!raw.empty() && IsBlank(raw.back())) raw.remove_suffix(1);
    WarnOfCommands(raw, begin);
    at_ = end;
    return options_.expand ? Expand(raw) : std::string(raw);
  }

  std::optional<std::string> SingleQuoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  std::optional<std::string> DoubleQuoted() {
    const std::size_t begin = at_ + 1;
    std::size_t end = begin;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) return std::nullopt;
    const std::string_view raw = text_.substr(begin, end - begin);
    WarnOfCommands(raw, begin);
    std::string value;
    std::string_view rest = raw;
    bool known = true;
    while (!rest.empty()) {
      const std::size_t plain = std::min(rest.find('\\'), rest.size());
      const std::string_view part = rest.substr(0, plain);
      value += options_.expand ? Expand(part) : std::string(part);
      rest.remove_prefix(plain);
      if (rest.empty()) break;
      const std::string escape = Escape(rest[1]);
      if (known && escape.size() == 2) {
        Issue(begin + static_cast<std::size_t>(rest.data() - raw.data()),
              "\"" + escape + "\" is no escape here: the backslash is kept");
        known = false;  // once for a value
      }
      value += escape;
      rest.remove_prefix(2);
    }
    at_ = end + 1;
    return value;
  }

  static std::string Escape(char c) {
    switch (c) {
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 't':
        return "\t";
      case '"':
      case '\\':
      case '$':
        return {c};
      default:
        return {'\\', c};
    }
  }

  std::string Expand(std::string_view text) const {
    std::string result;
    while (!text.empty()) {
      const std::size_t begin = text.find("${");
      const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
      if (end == std::string_view::npos) break;
      const std::string_view inside = text.substr(begin + 2, end - begin - 2);
      const std::size_t colon = std::min(inside.find(":-"), inside.size());
      const std::string_view name = inside.substr(0, colon);
      const bool valid = !name.empty() && std::all_of(name.begin(), name.end(), InName);
      result += text.substr(0, valid ? begin : end + 1);
      if (valid) {
        const std::string value = Lookup(std::string(name));
        const bool fall_back = value.empty() && colon < inside.size();
        result += fall_back ? std::string(inside.substr(colon + 2)) : value;
      }
      text.remove_prefix(end + 1);
    }
    return result + std::string(text);
  }

  std::string Lookup(const std::string& name) const {
    for (auto entry = file_.entries.rbegin(); entry != file_.entries.rend(); ++entry) {
      if (entry->name == name) return entry->value;
    }
    const auto found = options_.environment.find(name);
    return found == options_.environment.end() ? std::string() : found->second;
  }

  void WarnOfCommands(std::string_view raw, std::size_t begin) {
    const std::size_t at = raw.find("$(");
    if (at != std::string_view::npos) {
      Issue(begin + at, "\"$(\" is kept as it stands: Ruby's dotenv and dotenv-expand execute it");
    }
  }

  void Keep(const std::string& name, const std::string& value, std::size_t begin) {
    if (value.find('\0') != std::string::npos) {
      return Issue(begin, "the value of " + name + " holds a NUL byte, so it is skipped",
                   TextIssue::Severity::kError);
    }
    const auto [line, column] = Place(begin);
    file_.entries.push_back({name, value, line, column});
  }

  bool AtEnd() const { return at_ >= text_.size() || text_[at_] == '\n'; }
  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }
  void NextLine() { at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1; }

  std::pair<int, int> Place(std::size_t at) {
    const auto [from, to] = std::minmax(counted_, at);
    const auto lines = std::count(text_.begin() + from, text_.begin() + to, '\n');
    line_ += static_cast<int>(at < counted_ ? -lines : lines);
    counted_ = at;
    const std::size_t newline = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return {line_,
            1 + static_cast<int>(std::count_if(text_.begin() + begin, text_.begin() + at, starts))};
  }

  void Issue(std::size_t at, std::string message,
             TextIssue::Severity severity = TextIssue::Severity::kWarning) {
    const auto [line, column] = Place(at);
    file_.issues.push_back({line, column, severity, std::move(message)});
  }

  const EnvFileOptions& options_;
  std::string copy_;
  std::string_view text_;
  std::size_t at_ = 0;
  // Where line_ was counted to: places come almost in order, so counting stays linear.
  std::size_t counted_ = 0;
  int line_ = 1;
  EnvFile file_;
};

}  // namespace

Environment EnvFile::Values() const {
  Environment values;
  for (const EnvEntry& entry : entries) values[entry.name] = entry.value;
  return values;
}

EnvFile ParseEnvFile(std::string_view text, const EnvFileOptions& options) {
  return Parser(text, options).Run();
}

}  // namespace twelve
