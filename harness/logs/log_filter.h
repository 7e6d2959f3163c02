#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/logs/log_store.h"

namespace twelve {

/// A question to a log. All words of the query must hold; "-" before a word turns it round.
///
///   timeout            the text contains it; upper and lower case are the same
///   "two words"        likewise
///   /re[gG]ex/         RE2 finds it; /…/i: upper and lower case are the same
///   source:web.1       source:web.1,web.2: one of them
///   type:web           web.1, web.2, …
///   level:warn         warn and above
///   stream:stderr      stdout, stderr, twelve
///   http.status=500    the line is a JSON object and has this field; field="two words"
///
/// Threads: any; it never changes once it is made.
/// Errors:  Parse returns kInvalid for a bad regular expression, an unknown level or stream and a
///          missing value.
class LogFilter {
 public:
  LogFilter() = default;  // everything matches
  static Result<LogFilter> Parse(std::string_view query);

  bool MatchesAll() const { return terms_.empty(); }
  /// A line matches if both say so. The first depends on the source's name alone and can be kept.
  bool MatchesSource(std::string_view name) const;
  bool MatchesLine(const LogStore::View& line) const;

 private:
  class Term;
  std::vector<std::shared_ptr<const Term>> terms_;
};

}  // namespace twelve
