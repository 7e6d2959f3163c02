#pragma once

#include <string_view>

namespace twelve {

/// A deliberate breach of a factor: a part that `twelve-service --violate NAME` turns on, or a
/// fixture, which is a small source tree to look at, because a running process cannot take its own
/// history or its own manifest away.
struct Violation {
  std::string_view name;  // the catalogue's: "ignore-sigterm"
  int factor = 0;         // 1 … 12
  std::string_view what;  // what the service does instead, as the end of "The service …"
  /// "CHECK=VERDICT", comma-separated: what a conformance run must report.
  std::string_view must_cause;
  std::string_view may_move;  // checks, comma-separated: others whose verdict may change with it
  /// Of a fixture: its folder, from the root of the repository. Empty for a part.
  std::string_view fixture = {};
};

}  // namespace twelve
