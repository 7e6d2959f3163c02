#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/process/command.h"
#include "harness/process/text_issue.h"

namespace twelve {

struct EnvEntry {
  std::string name;
  std::string value;
  int line = 1;
  int column = 1;  // of the name
  friend bool operator==(const EnvEntry&, const EnvEntry&) = default;
};

/// What an environment file says.
///
/// The dialect: NAME=VALUE with NAME of [A-Za-z0-9_][A-Za-z0-9_.-]*; "export" before it and blanks
/// around "=" are allowed. '…' is taken as it stands, "…" knows \n \r \t \" \\ and \$; both may
/// span lines. Elsewhere a # after a blank begins a comment. A byte order mark and CRLF are
/// ignored. Nothing is ever executed.
struct EnvFile {
  std::vector<EnvEntry> entries;  // in file order; a name may appear again, the last counts
  std::vector<TextIssue> issues;  // in file order; nothing is skipped without one

  Environment Values() const;
};

struct EnvFileOptions {
  // ${NAME} and ${NAME:-default} outside '…' become the value of an earlier entry, else of
  // `environment`.
  bool expand = false;
  Environment environment;
};

EnvFile ParseEnvFile(std::string_view text, const EnvFileOptions& options = {});

}  // namespace twelve
