#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/process/text_issue.h"

namespace twelve {

using ProcfileIssue = TextIssue;

/// One process type: "web: node server.js".
struct ProcfileEntry {
  std::string type;
  std::string command;  // as written, without blanks around it; never executed here
  int line = 1;
  friend bool operator==(const ProcfileEntry&, const ProcfileEntry&) = default;
};

struct Procfile {
  std::vector<ProcfileEntry> entries;  // in file order; a type appears once
  std::vector<ProcfileIssue> issues;   // in file order

  /// Null when there is no such type.
  const ProcfileEntry* Find(std::string_view type) const;
};

/// Reads what foreman, honcho, Heroku and node-foreman read: "TYPE: COMMAND" with TYPE of
/// [A-Za-z0-9_-]. A byte order mark, CRLF and indentation are accepted too. What these programs,
/// goreman, hivemind, overmind or Heroku's buildpack would read differently is a warning. Of a type
/// that is there twice the last command counts, as on Heroku. An error says that no process is
/// left.
Procfile ParseProcfile(std::string_view text);

}  // namespace twelve
