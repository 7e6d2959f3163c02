#include "harness/process/procfile.h"

#include <algorithm>
#include <cctype>

namespace twelve {
namespace {

// Longest process type that Heroku's Procfile buildpack accepts.
constexpr std::size_t kLongestType = 63;
constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\v\f\r";

bool InType(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::string_view Trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Procfile Run() && {
    if (text_.substr(0, kBom.size()) == kBom) {
      text_.remove_prefix(kBom.size());
      Warn(0,
           "the file begins with a byte order mark: foreman, honcho, hivemind and overmind lose "
           "the first process; save it without");
    }
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      line_ = text_.substr(0, end);
      if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
      Line();
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++number_;
    }
    if (file_.entries.empty()) {
      file_.issues.push_back(
          {1, 1, TextIssue::Severity::kError,
           "there is no process in it; write lines such as \"web: node web.js\""});
    }
    return std::move(file_);
  }

 private:
  void Line() {
    const std::size_t begin = line_.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return;
    if (line_[begin] == '#') {
      if (begin > 0) Warn(begin, "a comment that is indented: heroku local refuses the whole file");
      return;
    }
    if (line_.find('\0') != std::string_view::npos) {
      return Warn(line_.find('\0'), "the line holds a NUL byte and is skipped");
    }
    std::size_t end = begin;
    while (end < line_.size() && InType(line_[end])) ++end;
    if (end == begin || end == line_.size() || line_[end] != ':') return NoEntry(begin, end);

    ProcfileEntry entry{std::string(line_.substr(begin, end - begin)),
                        std::string(Trim(line_.substr(end + 1))), number_};
    if (entry.command.empty()) {
      return Warn(end + 1, "\"" + entry.type +
                               "\" has no command and is skipped; goreman runs an empty one, "
                               "heroku local refuses the whole file");
    }
    CheckPlace(begin, end);
    CheckType(entry.type, begin);
    if (entry.command.back() == '\\') {
      Warn(line_.find_last_of('\\'),
           "the backslash does not join the next line: no Procfile reader does that");
    }
    Keep(std::move(entry), begin);
  }

  void NoEntry(std::size_t begin, std::size_t end) {
    const std::size_t colon = line_.find(':', end);
    const std::size_t after = line_.find_first_not_of(kBlanks, end);
    if (colon == std::string_view::npos) {
      return Warn(begin,
                  "no colon, so it is no process and is skipped; Heroku's classic runtime "
                  "takes it for one, heroku local refuses the whole file");
    }
    if (end > begin && after == colon) {
      return Warn(end, "a blank before the colon, so it is skipped; goreman reads a process here");
    }
    Warn(end,
         "a process type is made of letters, digits, \"_\" and \"-\", so the line is skipped; "
         "goreman reads a process here, heroku local refuses the whole file");
  }

  void CheckPlace(std::size_t begin, std::size_t end) {
    if (begin > 0) {
      Warn(0, "the line is indented: foreman, honcho, hivemind and overmind skip it");
    }
    if (kBlanks.find(line_[end + 1]) == std::string_view::npos) {
      Warn(end + 1, "no blank after the colon: hivemind, overmind and Heroku skip the line");
    }
  }

  void CheckType(const std::string& type, std::size_t begin) {
    const auto renamed = std::find_if(type.begin(), type.end(), [](char c) {
      return c == '_' || std::isupper(static_cast<unsigned char>(c)) != 0;
    });
    if (renamed != type.end()) {
      Warn(
          begin + static_cast<std::size_t>(renamed - type.begin()),
          "\"" + type + "\" is renamed by Heroku's buildpack: it allows lower case and \"-\" only");
    }
    if (type.front() == '-' || type.back() == '-') {
      Warn(begin,
           "\"" + type + "\" begins or ends with \"-\": Heroku's buildpack refuses the file");
    }
    if (type.size() > kLongestType) {
      Warn(begin, "the process type is longer than 63 characters: Heroku's buildpack refuses it");
    }
    if (type == "release") {
      Warn(begin,
           "\"release\" runs once before a deploy on Heroku and is dropped by heroku local; "
           "foreman and honcho run it beside the others");
    }
  }

  void Keep(ProcfileEntry entry, std::size_t begin) {
    const auto same = [&entry](const ProcfileEntry& other) { return other.type == entry.type; };
    const auto earlier = std::find_if(file_.entries.begin(), file_.entries.end(), same);
    if (earlier == file_.entries.end()) {
      file_.entries.push_back(std::move(entry));
      return;
    }
    Warn(begin, "\"" + entry.type + "\" is in line " + std::to_string(earlier->line) +
                    " already and this one counts, as on Heroku; foreman and goreman run both, "
                    "honcho, hivemind and overmind refuse the file");
    *earlier = std::move(entry);
  }

  void Warn(std::size_t at, std::string message) {
    const std::string_view before = line_.substr(0, at);
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    const auto skipped = std::count_if(before.begin(), before.end(), continues);
    file_.issues.push_back({number_, static_cast<int>(at + 1) - static_cast<int>(skipped),
                            TextIssue::Severity::kWarning, std::move(message)});
  }

  std::string_view text_;
  std::string_view line_;
  int number_ = 1;
  Procfile file_;
};

}  // namespace

const ProcfileEntry* Procfile::Find(std::string_view type) const {
  for (const ProcfileEntry& entry : entries) {
    if (entry.type == type) return &entry;
  }
  return nullptr;
}

Procfile ParseProcfile(std::string_view text) {
  return Parser(text).Run();
}

}  // namespace twelve
