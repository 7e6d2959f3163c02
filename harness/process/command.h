#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

using Environment = std::map<std::string, std::string>;

/// A command line, ready to execute.
struct Command {
  std::vector<std::string> argv;
  bool shell = false;     // argv is sh -c LINE: the line needs a shell
  std::string line;       // as the user wrote it
  std::string why_shell;  // what in it needs a shell, such as "&&"; empty unless shell
};

/// Splits `line` by shell quoting rules, expands $NAME and ${NAME} from `environment` (an unset
/// name becomes empty), and executes it directly. Pipes, lists, redirections, substitutions,
/// globs, assignments before the command and shell keywords go to `sh -c` as written: dash does
/// not exec, so the launched pid is then the shell and not the service, and the caller says so.
/// Errors: kInvalid for an empty line or an open quote, with the column.
Result<Command> ParseCommand(std::string_view line, const Environment& environment);

/// The words joined so that a shell reads the same words back.
std::string ShellQuote(const std::vector<std::string>& words);

/// "NAME=value" for each, in the map's order.
std::vector<std::string> ToStrings(const Environment& environment);

}  // namespace twelve
