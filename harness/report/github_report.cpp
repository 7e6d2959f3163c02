#include "harness/report/github_report.h"

#include <fmt/format.h>

namespace twelve {
namespace {

/// As the runner decodes it; `property` for what stands before the second "::".
std::string Encoded(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view CommandOf(const ReportedCheck& check) {
  if (check.FailsMust() || check.LeavesGap()) return "error";
  const Verdict verdict = check.finding.verdict;
  const bool worth_a_look =
      verdict == Verdict::kFail || verdict == Verdict::kWarn || verdict == Verdict::kInconclusive;
  return worth_a_look ? "warning" : "";
}

std::string Annotation(const FinishedReport& report, const ReportedCheck& check,
                       std::string_view command) {
  std::string properties;
  if (const std::optional<SourcePlace> place = PlaceOf(report)) {
    properties = fmt::format("file={},line={},", Encoded(place->file, true), place->line);
  }
  const Finding& finding = check.finding;
  std::string message = Headline(check);
  if (!finding.expected.empty()) message += "\nexpected: " + finding.expected;
  if (finding.verdict == Verdict::kFail || finding.verdict == Verdict::kWarn) {
    message += fmt::format("\nremedy: {}", check.check->remedy);
  }
  const std::string title =
      fmt::format("{} {} {}", VerdictWord(check), ToString(check.check->level), check.check->id);
  return fmt::format("::{} {}title={}::{}\n", command, properties, Encoded(title, true),
                     Encoded(message, false));
}

}  // namespace

std::string GithubReport(const FinishedReport& report) {
  std::string out;
  std::string set_aside;
  int count = 0;
  for (const ReportedCheck& check : report.checks) {
    if (const std::string_view command = CommandOf(check); !command.empty()) {
      out += Annotation(report, check, command);
    } else if (check.group != Group::kMeasured) {
      set_aside += fmt::format("\n{}: {}", check.check->id, Headline(check));
      ++count;
    }
  }
  if (count > 0) {
    out += fmt::format("::notice title={} rules not declared or left out::{}\n", count,
                       Encoded(set_aside.substr(1), false));
  }
  return out +
         OnOneLine(fmt::format("twelve {}: {}. {}", report.target, ShortClaim(report),
                               CountsSentence(report.counts))) +
         "\n";
}

}  // namespace twelve
