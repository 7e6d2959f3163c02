#include "harness/report/finished_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace twelve {

int FinishedReport::MustsFailing() const {
  return static_cast<int>(std::count_if(
      checks.begin(), checks.end(), [](const ReportedCheck& check) { return check.FailsMust(); }));
}

int FinishedReport::Gaps() const {
  return static_cast<int>(std::count_if(
      checks.begin(), checks.end(), [](const ReportedCheck& check) { return check.LeavesGap(); }));
}

DocumentSink::DocumentSink(std::string version, Render render, Write write)
    : version_(std::move(version)), render_(std::move(render)), write_(std::move(write)) {}

void DocumentSink::RunStarted(const Target& target, const std::vector<const Check*>&,
                              const Capabilities&) {
  target_ = target;
  mask_.emplace(target.environment);
}

void DocumentSink::CheckStarted(const Check&) {}

void DocumentSink::CheckFinished(const CheckResult&) {}

void DocumentSink::RunFinished(const RunSummary& summary) {
  FinishedReport report;
  report.version = version_;
  report.target = Presentable(summary.target, *mask_);
  report.command = Presentable(target_.command, *mask_);
  report.source = Presentable(target_.source, *mask_);
  report.started = summary.started;
  report.took = summary.took;
  report.exit_code = summary.exit_code;
  report.counts = CountVerdicts(summary.results);
  for (const CheckResult& result : summary.results) {
    ReportedCheck check;
    check.check = result.check;
    check.finding = Presentable(result.finding, *mask_);
    check.facts = &result.observation.facts;
    check.took = result.took;
    check.group = GroupOf(result.finding);
    check.required =
        std::any_of(target_.require.begin(), target_.require.end(),
                    [&](const std::string& wanted) { return Selects(wanted, result.check->id); });
    report.checks.push_back(std::move(check));
  }
  write_(render_(report));
}

std::string Headline(const ReportedCheck& check) {
  const Finding& finding = check.finding;
  return finding.why.empty() || finding.verdict == Verdict::kPass ? finding.actual : finding.why;
}

std::string_view VerdictWord(const ReportedCheck& check) {
  if (check.group == Group::kNotDeclared) return "NOT DECLARED";
  if (check.group == Group::kLeftOut) return "LEFT OUT";
  return ToString(check.finding.verdict);
}

std::string Details(const ReportedCheck& check) {
  const Finding& finding = check.finding;
  const bool bad = finding.verdict == Verdict::kFail || finding.verdict == Verdict::kWarn;
  std::string text;
  std::string reproduction;
  if (!finding.expected.empty()) text += "expected: " + finding.expected + "\n";
  if (!finding.actual.empty()) text += "seen: " + finding.actual + "\n";
  if (!finding.why.empty()) text += "why: " + finding.why + "\n";
  if (finding.samples > 0) text += fmt::format("samples: {}\n", finding.samples);
  for (const Evidence& evidence : finding.evidence) {
    if (evidence.kind == "reproduction") {
      reproduction = evidence.text;
    } else {
      text += evidence.kind + ": " + evidence.text + "\n";
    }
  }
  if (bad && !check.check->remedy.empty()) {
    text += fmt::format("remedy: {}\n", check.check->remedy);
  }
  if (!reproduction.empty()) text += "see it without Twelve:\n" + reproduction;
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text;
}

std::string OnOneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return line;
}

std::string ShortClaim(const FinishedReport& report) {
  if (const int failing = report.MustsFailing(); failing > 0) {
    return fmt::format("MUST {} failing", failing);
  }
  return report.exit_code == kExitMet ? "MUST met" : "not measured";
}

std::string CountsSentence(const VerdictCounts& counts) {
  std::string text = fmt::format(
      "{} rules declared: {} pass, {} warn, {} fail, {} inconclusive, {} do not apply.",
      counts.Measured(), counts.pass, counts.warn, counts.fail, counts.inconclusive, counts.na);
  if (counts.not_declared > 0) text += fmt::format(" {} not declared.", counts.not_declared);
  if (counts.left_out > 0) text += fmt::format(" {} left out.", counts.left_out);
  return text;
}

std::optional<SourcePlace> PlaceOf(const FinishedReport& report) {
  if (report.source.empty() || report.source == "--cmd") return std::nullopt;
  SourcePlace place{report.source, 1};
  const std::size_t colon = report.source.rfind(':');
  if (colon != std::string::npos && colon > 0) {
    const char* const end = report.source.data() + report.source.size();
    int line = 0;
    const auto [stopped, error] = std::from_chars(report.source.data() + colon + 1, end, line);
    if (error == std::errc() && stopped == end && line > 0) {
      place = {report.source.substr(0, colon), line};
    }
  }
  while (place.file.rfind("./", 0) == 0) place.file.erase(0, 2);
  return place;
}

}  // namespace twelve
