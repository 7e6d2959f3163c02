#include "harness/report/html_report.h"

#include <fmt/format.h>

#include "harness/report/duration_chart.h"
#include "harness/report/text_layout.h"
#include "harness/report/xml_text.h"

namespace twelve {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<style>
:root { color-scheme: light dark; --line: #c9c9c9; --soft: #5f5f5f; --bar: #3f6fb5;
  --pass: #1b6e3c; --warn: #8a5a00; --fail: #b3261e; --open: #7a3ea8; }
@media (prefers-color-scheme: dark) { :root { --line: #484848; --soft: #a8a8a8; --bar: #7aa5e6;
  --pass: #6fce93; --warn: #e6b450; --fail: #ff8a80; --open: #c79bf0; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
h3 { font-size: 1em; margin: 0 0 .3em; }
.soft { color: var(--soft); }
.check { border-top: 1px solid var(--line); padding: .9em 0; }
.word { font-weight: 600; display: inline-block; min-width: 9em; }
.PASS .word { color: var(--pass); } .WARN .word { color: var(--warn); }
.FAIL .word { color: var(--fail); } .INCONCLUSIVE .word { color: var(--open); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid var(--line);
  margin: .3em 0; padding: .2em .8em; font: 13px/1.45 ui-monospace, monospace; }
.chart { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.chart text { fill: currentColor; } .chart .tick { fill: var(--soft); }
.chart .grid { stroke: var(--line); } .chart .bar { fill: var(--bar); }
dt { font-weight: 600; } dd { margin: 0 0 .4em 1.2em; }
</style>
)";

std::string_view Shape(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "✓";
    case Verdict::kWarn:
      return "!";
    case Verdict::kFail:
      return "✗";
    case Verdict::kInconclusive:
      return "?";
    case Verdict::kNa:
      return "–";
  }
  return "";
}

std::string Term(std::string_view name, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", XmlText(name), XmlText(text));
}

template <typename Belongs>
std::string List(const FinishedReport& report, std::string_view title, Belongs belongs) {
  std::string items;
  for (const ReportedCheck& check : report.checks) {
    if (!belongs(check)) continue;
    items += fmt::format("<li><a href=\"#{0}\">{0}</a> {1}</li>\n", XmlAttribute(check.check->id),
                         XmlText(Headline(check)));
  }
  if (items.empty()) return fmt::format("<h3>{}: none</h3>\n", title);
  return fmt::format("<h3>{}</h3>\n<ul>\n{}</ul>\n", title, items);
}

std::string Advice(const Check& check) {
  std::string out = Term("Remedy", check.remedy);
  for (const auto& [runtime, remedy] : check.remedy_by_runtime) {
    out += Term(fmt::format("In {}", runtime), remedy);
  }
  return out;
}

std::string Limits(const Check& check) {
  std::string out;
  for (const Threshold& limit : check.thresholds) {
    out += fmt::format("{}{} {:g} {} ({})", out.empty() ? "" : "; ", limit.name, limit.value,
                       limit.unit, limit.source);
  }
  return out;
}

std::string EvidenceHtml(const Finding& finding) {
  std::string out;
  std::string reproduction;
  for (const Evidence& piece : finding.evidence) {
    std::string& into = piece.kind == "reproduction" ? reproduction : out;
    const std::string_view title =
        piece.kind == "reproduction" ? "see it without Twelve" : std::string_view(piece.kind);
    into += fmt::format("<div class=\"soft\">{}</div>\n<pre>{}</pre>\n", XmlText(title),
                        XmlText(piece.text));
  }
  return out + reproduction;
}

std::string CheckHtml(const ReportedCheck& check) {
  const Finding& finding = check.finding;
  const bool bad = finding.verdict == Verdict::kFail || finding.verdict == Verdict::kWarn;
  std::string out = fmt::format(
      "<section class=\"check {}\" id=\"{}\">\n<h3><span class=\"word\">{} {}</span> {} "
      "<span class=\"soft\">{}, factor {}, {}</span></h3>\n<p>{}</p>\n<dl>\n",
      ToString(finding.verdict), XmlAttribute(check.check->id), Shape(finding.verdict),
      VerdictWord(check), XmlText(check.check->id), ToString(check.check->level),
      check.check->factor,
      check.group == Group::kMeasured ? HumanSeconds(ToSeconds(check.took)) : "did not run",
      XmlText(check.check->question));
  out += Term("Why", finding.why);
  out += Term("Expected", finding.expected);
  out += Term("Seen", finding.actual);
  if (finding.samples > 0) out += Term("Samples", fmt::format("{}", finding.samples));
  if (check.group == Group::kMeasured) out += Term("Limits", Limits(*check.check));
  if (bad) out += Advice(*check.check);
  out += "</dl>\n";
  if (check.facts != nullptr) out += DurationChart(MeasuredTimes(*check.facts));
  return out + EvidenceHtml(finding) + "</section>\n";
}

}  // namespace

std::string HtmlReport(const FinishedReport& report) {
  std::string out(kHead);
  out += fmt::format("<title>{0}: {1}</title>\n</head>\n<body>\n<h1>{0}: {1}</h1>\n",
                     XmlText(report.target), ShortClaim(report));
  out += fmt::format("<p class=\"soft\">twelve {}, {}, {}, exit {}<br/><code>{}</code> ({})</p>\n",
                     XmlText(report.version), XmlText(report.started),
                     HumanSeconds(ToSeconds(report.took)), report.exit_code,
                     XmlText(report.command), XmlText(report.source));
  out += List(report, "MUST failing", [](const ReportedCheck& c) { return c.FailsMust(); });
  out += List(report, "MUST not measured", [](const ReportedCheck& c) { return c.LeavesGap(); });
  out += List(report, "SHOULD failing", [](const ReportedCheck& c) {
    return !c.Must() && c.finding.verdict == Verdict::kFail;
  });
  out += List(report, "Waived", [](const ReportedCheck&) { return false; });
  out += fmt::format("<p>{}</p>\n<h2>Checks</h2>\n", CountsSentence(report.counts));
  for (const ReportedCheck& check : report.checks) out += CheckHtml(check);
  return out + "</body>\n</html>\n";
}

}  // namespace twelve
