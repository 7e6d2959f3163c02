#pragma once

#include <string>
#include <vector>

namespace twelve {

/// Something to say about one place of a file that a user wrote. Line and column count from 1,
/// columns in characters.
struct TextIssue {
  enum class Severity {
    kWarning,  // it is read, or skipped, and other programs may read it differently
    kError,    // it cannot be used
  };
  int line = 1;
  int column = 1;
  Severity severity = Severity::kWarning;
  std::string message;
  friend bool operator==(const TextIssue&, const TextIssue&) = default;
};

inline bool HasErrors(const std::vector<TextIssue>& issues) {
  for (const TextIssue& issue : issues) {
    if (issue.severity == TextIssue::Severity::kError) return true;
  }
  return false;
}

/// "FILE:LINE:COLUMN: MESSAGE".
inline std::string Describe(const TextIssue& issue, const std::string& file) {
  return file + ":" + std::to_string(issue.line) + ":" + std::to_string(issue.column) + ": " +
         issue.message;
}

}  // namespace twelve
