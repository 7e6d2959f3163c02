#include "harness/report/tap_report.h"

#include <fmt/format.h>

namespace twelve {
namespace {

/// A description or reason: one line in which nothing is a directive.
std::string TapText(std::string_view text) {
  std::string out;
  for (const char c : OnOneLine(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string Quoted(std::string_view text) {
  return nlohmann::json(std::string(text))
      .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string Block(const ReportedCheck& check) {
  const Finding& finding = check.finding;
  std::string out = "  ---\n";
  const auto line = [&out](std::string_view key, std::string_view value) {
    if (!value.empty()) out += fmt::format("  {}: {}\n", key, Quoted(value));
  };
  line("level", ToString(check.check->level));
  line("verdict", ToString(finding.verdict));
  line("message", Headline(check));
  line("wanted", finding.expected);
  line("found", finding.actual);
  if (!finding.evidence.empty()) out += "  evidence:\n";
  for (const Evidence& evidence : finding.evidence) {
    out += fmt::format("    - kind: {}\n      text: {}\n", Quoted(evidence.kind),
                       Quoted(evidence.text));
  }
  if (finding.verdict != Verdict::kInconclusive) line("remedy", check.check->remedy);
  line("explain", fmt::format("twelve explain {}", check.check->id));
  return out + "  ...\n";
}

std::string Point(const ReportedCheck& check, std::size_t number) {
  const Verdict verdict = check.finding.verdict;
  const bool ok = verdict == Verdict::kPass || verdict == Verdict::kWarn ||
                  (verdict == Verdict::kNa && !check.LeavesGap());
  std::string line =
      fmt::format("{} {} - {}", ok ? "ok" : "not ok", number,
                  TapText(fmt::format("{} {}", check.check->id, check.check->question)));
  if (verdict == Verdict::kNa && ok) {
    std::string_view word = "not applicable: ";
    if (check.group != Group::kMeasured) word = "";  // the reason says it
    return fmt::format("{} # SKIP {}{}\n", line, word, TapText(Headline(check)));
  }
  if (verdict == Verdict::kFail && !check.Must()) {
    line += fmt::format(" # TODO {}: {}", check.check->level == Level::kShould ? "should" : "info",
                        TapText(Headline(check)));
  }
  return line + "\n" + (verdict == Verdict::kPass ? "" : Block(check));
}

}  // namespace

std::string TapReport(const FinishedReport& report) {
  std::string out = "TAP version 13\n";
  if (report.checks.empty()) return out + "1..0 # SKIP no check was selected\n";
  out += fmt::format("1..{}\n", report.checks.size());
  std::size_t number = 0;
  for (const ReportedCheck& check : report.checks) out += Point(check, ++number);
  return out + "# " + TapText(CountsSentence(report.counts)) + "\n";
}

}  // namespace twelve
