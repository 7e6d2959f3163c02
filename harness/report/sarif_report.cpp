#include "harness/report/sarif_report.h"

#include <fmt/format.h>

namespace twelve {
namespace {

using nlohmann::ordered_json;

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kMust:
      return "error";
    case Level::kShould:
      return "warning";
    case Level::kInfo:
      return "note";
  }
  return "none";
}

std::string_view KindOf(const ReportedCheck& check) {
  switch (check.finding.verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kWarn:
      return "review";
    case Verdict::kFail:
      return "fail";
    case Verdict::kInconclusive:
      return "open";
    case Verdict::kNa:
      return "notApplicable";
  }
  return "open";
}

/// A path as the path of a URI: what RFC 3986 does not allow there, percent-encoded.
std::string UriOf(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || std::string_view("-._~/").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// FNV-1a, 64 bit. Of rule, target and what was seen without its figures: times and process ids
/// differ from run to run, and a line number would change with every edit above it.
std::string Fingerprint(const FinishedReport& report, const ReportedCheck& check) {
  std::string text = fmt::format("{}\n{}\n", check.check->id, report.target);
  for (const char c : check.finding.actual) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      text += c;
    } else if (text.back() != '#') {
      text += '#';
    }
  }
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

std::string Sentence(std::string_view text) {
  std::string out(text);
  if (out.empty() || (out.back() != '.' && out.back() != '?' && out.back() != '!')) out += '.';
  return out;
}

ordered_json RuleJson(const Check& check) {
  std::string help = fmt::format("{}\n{}", check.requirement, check.remedy);
  std::string markdown = fmt::format("{}\n\n**Remedy:** {}\n", check.requirement, check.remedy);
  for (const auto& [runtime, remedy] : check.remedy_by_runtime) {
    help += fmt::format("\n{}: {}", runtime, remedy);
    markdown += fmt::format("\n- {}: {}", runtime, remedy);
  }
  const std::string_view full = check.requirement.empty() ? check.question : check.requirement;
  return {{"id", std::string(check.id)},
          {"shortDescription", {{"text", Sentence(check.question)}}},
          {"fullDescription", {{"text", Sentence(full)}}},
          {"defaultConfiguration", {{"level", std::string(LevelName(check.level))}}},
          {"help", {{"text", help}, {"markdown", markdown}}},
          {"properties",
           {{"tags", {fmt::format("factor-{}", check.factor), std::string(ToString(check.level))}},
            {"method", std::string(ToString(check.method))}}}};
}

ordered_json LocationJson(const FinishedReport& report) {
  ordered_json location = ordered_json::object();
  if (const std::optional<SourcePlace> place = PlaceOf(report)) {
    location["physicalLocation"] = {{"artifactLocation", {{"uri", UriOf(place->file)}}},
                                    {"region", {{"startLine", place->line}}}};
  }
  ordered_json process = {{"name", OnOneLine(report.target)}, {"kind", "process"}};
  location["logicalLocations"] = ordered_json::array({std::move(process)});
  return location;
}

ordered_json ResultJson(const FinishedReport& report, const ReportedCheck& check,
                        std::size_t rule) {
  const Finding& finding = check.finding;
  const bool fails = finding.verdict == Verdict::kFail;
  ordered_json evidence = ordered_json::array();
  for (const Evidence& piece : finding.evidence) {
    evidence.push_back({{"kind", piece.kind}, {"text", piece.text}});
  }
  std::string message = Headline(check);
  if (fails && !finding.expected.empty()) message += "\nexpected: " + finding.expected;
  return {{"ruleId", std::string(check.check->id)},
          {"ruleIndex", rule},
          {"kind", std::string(KindOf(check))},
          {"level", std::string(fails ? LevelName(check.check->level) : "none")},
          {"message", {{"text", Sentence(message)}}},
          {"locations", ordered_json::array({LocationJson(report)})},
          {"partialFingerprints", {{"twelve/v1", Fingerprint(report, check)}}},
          {"properties",
           {{"verdict", std::string(ToString(finding.verdict))},
            {"expected", finding.expected},
            {"actual", finding.actual},
            {"samples", finding.samples},
            {"evidence", std::move(evidence)}}}};
}

ordered_json InvocationJson(const FinishedReport& report,
                            const std::vector<std::size_t>& rule_indexes) {
  ordered_json notifications = ordered_json::array();
  for (std::size_t i = 0; i < report.checks.size(); ++i) {
    const ReportedCheck& check = report.checks[i];
    if (check.finding.verdict != Verdict::kInconclusive && !check.LeavesGap()) continue;
    notifications.push_back(
        {{"level", check.LeavesGap() ? "error" : "warning"},
         {"message", {{"text", Sentence("Not measured: " + Headline(check))}}},
         {"associatedRule", {{"id", std::string(check.check->id)}, {"index", rule_indexes[i]}}}});
  }
  return {{"executionSuccessful", report.Gaps() == 0},
          {"exitCode", report.exit_code},
          {"startTimeUtc", report.started},
          {"toolExecutionNotifications", std::move(notifications)}};
}

std::string Render(const FinishedReport& report, bool full) {
  ordered_json rules = ordered_json::array();
  ordered_json results = ordered_json::array();
  std::vector<std::size_t> rule_indexes;
  for (const ReportedCheck& check : report.checks) {
    rule_indexes.push_back(rules.size());
    rules.push_back(RuleJson(*check.check));
    if (full || check.finding.verdict == Verdict::kFail) {
      results.push_back(ResultJson(report, check, rule_indexes.back()));
    }
  }
  const ordered_json run = {
      {"tool",
       {{"driver",
         {{"name", "Twelve"}, {"version", report.version}, {"rules", std::move(rules)}}}}},
      {"automationDetails", {{"id", fmt::format("twelve/{}/", UriOf(report.target))}}},
      {"invocations", ordered_json::array({InvocationJson(report, rule_indexes)})},
      {"columnKind", "unicodeCodePoints"},
      {"results", std::move(results)}};
  const ordered_json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                            {"version", "2.1.0"},
                            {"runs", ordered_json::array({run})}};
  return log.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string SarifReport(const FinishedReport& report) {
  return Render(report, false);
}

std::string SarifFullReport(const FinishedReport& report) {
  return Render(report, true);
}

}  // namespace twelve
