#pragma once

#include <string_view>

namespace twelve {

/// A deliberate breach of a factor, which `twelve-service --violate NAME` turns on.
struct Violation {
  std::string_view name;  // the catalogue's: "ignore-sigterm"
  int factor = 0;         // 1 … 12
  std::string_view what;  // what the service does instead, as the end of "The service …"
  /// "CHECK=VERDICT", comma-separated: what a conformance run must report.
  std::string_view must_cause;
  std::string_view may_move;  // checks, comma-separated: others whose verdict may change with it
};

}  // namespace twelve
