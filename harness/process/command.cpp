#include "harness/process/command.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace twelve {
namespace {

constexpr std::string_view kOperators = "|&;<>()";
constexpr std::string_view kGlobs = "*?[";

// Reserved words and builtins of dash that are no programs or that would act on the shell itself.
constexpr std::array<std::string_view, 46> kShellWords = {
    "!",    "{",        "}",      "case",    "do",      "done",   "elif",    "else",
    "esac", "fi",       "for",    "if",      "in",      "then",   "until",   "while",
    ".",    ":",        "alias",  "bg",      "break",   "cd",     "command", "continue",
    "eval", "exit",     "export", "fg",      "getopts", "hash",   "jobs",    "local",
    "read", "readonly", "return", "set",     "shift",   "source", "times",   "trap",
    "type", "ulimit",   "umask",  "unalias", "unset",   "wait"};

bool IsShellWord(std::string_view word) {
  return std::find(kShellWords.begin(), kShellWords.end(), word) != kShellWords.end();
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool StartsName(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool InName(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// One pass over a line. It stops at the first thing that only a shell understands.
class Splitter {
 public:
  Splitter(std::string_view line, const Environment& environment)
      : line_(line), environment_(environment) {}

  /// REQUIRES: called once.
  Status Run() {
    while (at_ < line_.size() && !error_ && shell_.empty()) Step();
    if (error_) return *error_;
    if (shell_.empty()) EndWord();
    return {};
  }

  const std::vector<std::string>& words() const { return words_; }
  /// Empty when no shell is needed.
  const std::string& shell() const { return shell_; }

 private:
  void Step() {
    const char c = line_[at_];
    if (c == '\0') {
      Fail("a command line cannot hold a NUL byte", at_);
    } else if (IsBlank(c)) {
      EndWord();
      ++at_;
    } else if (c == '\n') {
      EndLine();
    } else if (c == '#' && !open_) {
      at_ = std::min(line_.find('\n', at_), line_.size());
    } else if (c == '\'') {
      SingleQuoted();
    } else if (c == '"') {
      DoubleQuoted();
    } else if (c == '\\') {
      Escaped();
    } else if (c == '$') {
      literal_ = false;
      Dollar();
    } else {
      Plain(c);
    }
  }

  void Plain(char c) {
    if (c == '`') {
      shell_ = "`";
    } else if (kOperators.find(c) != std::string_view::npos) {
      const bool twice = at_ + 1 < line_.size() && line_[at_ + 1] == c;
      shell_ = std::string(twice && c != '(' && c != ')' ? 2 : 1, c);
    } else if (kGlobs.find(c) != std::string_view::npos || (c == '~' && !open_)) {
      shell_ = std::string(1, c);
    } else if (c == '=' && words_.empty() && literal_ && IsName(word_)) {
      shell_ = word_ + "=";
    } else {
      Add(c);
      ++at_;
    }
  }

  void EndLine() {
    EndWord();
    const std::size_t next = line_.find_first_not_of(" \t\r\n", at_);
    if (words_.empty() || next == std::string_view::npos || line_[next] == '#') {
      at_ = next == std::string_view::npos ? line_.size() : next;
    } else if (shell_.empty()) {
      shell_ = "a second line";
    }
  }

  void SingleQuoted() {
    const std::size_t end = line_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return Fail("the quote ' is never closed", at_);
    Quoted(line_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
  }

  void DoubleQuoted() {
    const std::size_t begin = at_++;
    Quoted({});
    while (at_ < line_.size() && shell_.empty()) {
      const char c = line_[at_];
      if (c == '"') {
        ++at_;
        return;
      }
      if (c == '\\' && at_ + 1 < line_.size() &&
          std::string_view("$`\"\\\n").find(line_[at_ + 1]) != std::string_view::npos) {
        if (line_[at_ + 1] != '\n') word_ += line_[at_ + 1];
        at_ += 2;
      } else if (c == '$') {
        Dollar();
      } else if (c == '`') {
        shell_ = "`";
      } else {
        word_ += c;
        ++at_;
      }
    }
    if (shell_.empty()) Fail("the quote \" is never closed", begin);
  }

  void Escaped() {
    if (at_ + 1 < line_.size() && line_[at_ + 1] == '\n') {  // joins two lines
      at_ += 2;
      return;
    }
    const bool last = at_ + 1 == line_.size();
    Quoted(line_.substr(last ? at_ : at_ + 1, 1));
    at_ += last ? 1 : 2;
  }

  void Dollar() {
    const std::string_view rest = line_.substr(at_ + 1);
    if (rest.empty() || IsBlank(rest[0]) || rest[0] == '"' || rest[0] == '\'') {
      Add('$');
      ++at_;
    } else if (rest[0] == '{') {
      Braced(rest);
    } else if (StartsName(rest[0])) {
      std::size_t length = 1;
      while (length < rest.size() && InName(rest[length])) ++length;
      Expand(rest.substr(0, length));
      at_ += 1 + length;
    } else if (rest[0] == '(') {
      shell_ = rest.substr(0, 2) == "((" ? "$((" : "$(";
    } else if (std::string_view("@*#?-$!0123456789").find(rest[0]) != std::string_view::npos) {
      shell_ = "$" + std::string(1, rest[0]);
    } else {
      Add('$');
      ++at_;
    }
  }

  void Braced(std::string_view rest) {
    const std::size_t end = rest.find('}');
    const std::string_view name =
        end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
    if (!IsName(name)) {
      shell_ = "${";
      return;
    }
    Expand(name);
    at_ += 1 + end + 1;
  }

  static bool IsName(std::string_view text) {
    return !text.empty() && StartsName(text[0]) && std::all_of(text.begin(), text.end(), InName);
  }

  void Expand(std::string_view name) {
    const auto found = environment_.find(std::string(name));
    if (found == environment_.end() || found->second.empty()) return;
    word_ += found->second;
    open_ = true;
  }

  void Add(char c) {
    word_ += c;
    open_ = true;
  }
  void Quoted(std::string_view text) {
    word_ += text;
    open_ = true;
    literal_ = false;
  }

  // A word that came from an unset name alone vanishes, as it does in a shell.
  void EndWord() {
    if (!open_) {
      literal_ = true;
      return;
    }
    if (words_.empty() && literal_ && IsShellWord(word_)) {
      shell_ = word_;
      return;
    }
    words_.push_back(std::move(word_));
    word_.clear();
    open_ = false;
    literal_ = true;
  }

  void Fail(const std::string& what, std::size_t where) {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    const auto skipped = std::count_if(line_.begin(), line_.begin() + where, continues);
    error_ = InvalidError("column " + std::to_string(where + 1 - skipped) + ": " + what +
                          "; correct the command line");
  }

  std::string_view line_;
  const Environment& environment_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_;
  bool open_ = false;    // a word has begun, perhaps with nothing in it yet ("")
  bool literal_ = true;  // nothing of it is quoted or expanded: it may be a reserved word
  std::string shell_;
  std::optional<Error> error_;
};

bool NeedsQuotes(std::string_view word, bool first) {
  const auto plain = [first](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_@%+:,./-").find(c) != std::string_view::npos || (c == '=' && !first);
  };
  return word.empty() || !std::all_of(word.begin(), word.end(), plain) ||
         (first && IsShellWord(word));
}

}  // namespace

Result<Command> ParseCommand(std::string_view line, const Environment& environment) {
  Splitter splitter(line, environment);
  if (Status status = splitter.Run(); !status) return status.error();
  Command command;
  command.line = std::string(line);
  if (!splitter.shell().empty()) {
    command.shell = true;
    command.why_shell = splitter.shell();
    command.argv = {"/bin/sh", "-c", command.line};
    return command;
  }
  command.argv = splitter.words();
  // "exec PROGRAM" asks the shell to be replaced by the program: the same as no shell at all.
  if (command.argv.size() > 1 && command.argv[0] == "exec" && command.argv[1][0] != '-') {
    command.argv.erase(command.argv.begin());
  }
  if (command.argv.empty() || command.argv[0].empty()) {
    return InvalidError("the command line is empty; name a program to run");
  }
  return command;
}

std::string ShellQuote(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    const bool first = line.empty();
    if (!first) line += ' ';
    if (!NeedsQuotes(word, first)) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

std::vector<std::string> ToStrings(const Environment& environment) {
  std::vector<std::string> strings;
  strings.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    strings.push_back(name);
    strings.back().append("=").append(value);
  }
  return strings;
}

}  // namespace twelve
