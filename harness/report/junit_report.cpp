#include "harness/report/junit_report.h"

#include <fmt/format.h>

#include "harness/report/xml_text.h"

namespace twelve {
namespace {

struct Case {
  std::string_view element;  // empty: passed
  std::string type;
  std::string message;
};

Case CaseOf(const ReportedCheck& check) {
  const Verdict verdict = check.finding.verdict;
  if (verdict == Verdict::kInconclusive) {
    return {"error", "INCONCLUSIVE", "INCONCLUSIVE: " + Headline(check)};
  }
  if (check.LeavesGap()) {
    return {"error", "INCONCLUSIVE", "required, but " + Headline(check)};
  }
  if (check.FailsMust()) return {"failure", "MUST", Headline(check)};
  if (verdict != Verdict::kNa) return {};
  const std::string_view word =
      check.group == Group::kMeasured ? "NOT APPLICABLE" : VerdictWord(check);
  return {"skipped", "", fmt::format("{}: {}", word, Headline(check))};
}

std::string CaseXml(const ReportedCheck& check, const Case& outcome) {
  const std::string head =
      fmt::format("    <testcase name=\"{} {}\" classname=\"twelve.f{:02}\" time=\"{:.3f}\"",
                  XmlAttribute(check.check->id), XmlAttribute(check.check->question),
                  check.check->factor, ToSeconds(check.took));
  if (outcome.element.empty()) return head + "/>\n";
  if (outcome.element == "skipped") {
    return fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head,
                       XmlAttribute(OnOneLine(outcome.message)));
  }
  return fmt::format("{0}>\n      <{1} type=\"{2}\" message=\"{3}\">{4}</{1}>\n    </testcase>\n",
                     head, outcome.element, outcome.type, XmlAttribute(OnOneLine(outcome.message)),
                     XmlText(Details(check)));
}

/// Attention that no element of JUnit expresses.
std::string Note(const ReportedCheck& check) {
  const Verdict verdict = check.finding.verdict;
  if (verdict != Verdict::kWarn && verdict != Verdict::kFail) return "";
  return fmt::format("{} {} ({}): {}\n", ToString(verdict), check.check->id,
                     ToString(check.check->level), Headline(check));
}

}  // namespace

std::string JunitReport(const FinishedReport& report) {
  std::string cases;
  std::string notes = CountsSentence(report.counts) + "\n";
  int failures = 0, errors = 0, skipped = 0;
  for (const ReportedCheck& check : report.checks) {
    const Case outcome = CaseOf(check);
    failures += outcome.element == "failure" ? 1 : 0;
    errors += outcome.element == "error" ? 1 : 0;
    skipped += outcome.element == "skipped" ? 1 : 0;
    if (outcome.element.empty()) notes += Note(check);
    cases += CaseXml(check, outcome);
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  // Readers take a time without zone only; the machine's name is nobody's business.
  out += fmt::format(
      "  <testsuite name=\"twelve {}\" package=\"twelve\" id=\"0\" hostname=\"localhost\" "
      "timestamp=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\">\n",
      XmlAttribute(OnOneLine(report.target)), XmlAttribute(report.started.substr(0, 19)),
      report.checks.size(), failures, errors, skipped, ToSeconds(report.took));
  out += fmt::format(
      "    <properties>\n      <property name=\"twelve.version\" value=\"{}\"/>\n"
      "      <property name=\"exit_code\" value=\"{}\"/>\n    </properties>\n",
      XmlAttribute(report.version), report.exit_code);
  out += cases;
  out += fmt::format("    <system-out>{}</system-out>\n    <system-err></system-err>\n",
                     XmlText(notes));
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace twelve
