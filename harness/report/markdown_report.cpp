#include "harness/report/markdown_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/report/text_layout.h"

namespace twelve {
namespace {

/// One line in which Markdown finds nothing to do.
std::string Plain(std::string_view text) {
  std::string out;
  for (const char c : OnOneLine(text)) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '@') {
      out += "&#64;";  // no mention
    } else if (c == ':') {
      out += "&#58;";  // no bare link
    } else if (std::string_view("\\`*_{}[]()#+!|~$").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

/// A fence that no line of `text` can close.
std::string Fenced(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fmt::format("{0}text\n{1}{2}{0}\n", fence, text,
                     text.empty() || text.back() != '\n' ? "\n" : "");
}

std::string_view Mark(const ReportedCheck& check) {
  switch (check.finding.verdict) {
    case Verdict::kPass:
      return "✅";
    case Verdict::kWarn:
      return "⚠️";
    case Verdict::kFail:
      return "❌";
    case Verdict::kInconclusive:
      return "❓";
    case Verdict::kNa:
      return "➖";
  }
  return "";
}

template <typename Belongs>
std::string List(const FinishedReport& report, std::string_view title, Belongs belongs) {
  std::string items;
  for (const ReportedCheck& check : report.checks) {
    if (belongs(check)) {
      items += fmt::format("- **{}** {}\n", check.check->id, Plain(Headline(check)));
    }
  }
  if (items.empty()) return fmt::format("**{}**: none\n\n", title);
  return fmt::format("**{}**\n\n{}\n", title, items);
}

std::string FourLists(const FinishedReport& report) {
  return List(report, "MUST failing", [](const ReportedCheck& c) { return c.FailsMust(); }) +
         List(report, "MUST not measured", [](const ReportedCheck& c) { return c.LeavesGap(); }) +
         List(report, "SHOULD failing",
              [](const ReportedCheck& c) {
                return !c.Must() && c.finding.verdict == Verdict::kFail;
              }) +
         List(report, "Waived", [](const ReportedCheck&) { return false; });
}

std::string Table(const FinishedReport& report) {
  std::string out = "| | Verdict | Check | Level | Time | What was seen |\n|-|-|-|-|-|-|\n";
  for (const ReportedCheck& check : report.checks) {
    const bool ran = check.group == Group::kMeasured;
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", Mark(check), VerdictWord(check),
                       check.check->id, ToString(check.check->level),
                       ran ? HumanSeconds(ToSeconds(check.took)) : "", Plain(Headline(check)));
  }
  return out;
}

}  // namespace

std::string MarkdownReport(const FinishedReport& report) {
  std::string out = fmt::format("## Twelve factors: {}\n\n", ShortClaim(report));
  out += fmt::format("{} by twelve {}, {}, exit {}.\n\n", Plain(report.target),
                     Plain(report.version), Plain(report.started), report.exit_code);
  out += FourLists(report);
  out += fmt::format("{} {}.\n\n", CountsSentence(report.counts),
                     HumanSeconds(ToSeconds(report.took)));
  out += Table(report);
  std::size_t evidence_bytes = 0;
  int kept_out = 0;
  for (const ReportedCheck& check : report.checks) {
    if (check.group != Group::kMeasured || check.finding.verdict == Verdict::kNa) continue;
    const std::string details = Details(check);
    if (details.empty()) continue;
    if (evidence_bytes + details.size() > kMostEvidenceBytes) {
      ++kept_out;
      continue;
    }
    evidence_bytes += details.size();
    out += fmt::format("\n<details><summary>{} {}: evidence</summary>\n\n{}\n</details>\n",
                       VerdictWord(check), check.check->id, Fenced(details));
  }
  if (kept_out > 0) {
    out += fmt::format("\nThe evidence of {} more checks is in the JSON report.\n", kept_out);
  }
  return out;
}

}  // namespace twelve
