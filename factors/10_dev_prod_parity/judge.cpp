#include "factors/10_dev_prod_parity/judge.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve::parity {
namespace {

std::string Told(const SearchFacts& facts) {
  return fmt::format("{} on {} finds {}", facts.name, facts.kind, facts.found);
}

bool Answered(const SearchFacts& facts) {
  return facts.trouble.empty() && facts.status == 200 && facts.found >= 0;
}

std::string WhyNot(const SearchFacts& facts) {
  return facts.trouble.empty() ? fmt::format("{} answers {}.", facts.name, facts.status)
                               : facts.trouble;
}

}  // namespace

StepResult JudgeEnvironments(const ParityReport& report) {
  StepResult result;
  result.expected = "no field differs that must not";
  const auto differing = std::count_if(report.rows.begin(), report.rows.end(),
                                       [](const ParityRow& row) { return row.differs; });
  result.held = report.Gaps() == 0 && !report.rows.empty();
  result.observed =
      fmt::format("{} of {} fields differ between {} environments; {} of them must not.", differing,
                  report.rows.size(), report.environments.size(), report.Gaps());
  result.figures = {{"differing", static_cast<double>(differing)},
                    {"gaps", static_cast<double>(report.Gaps())}};
  return result;
}

StepResult JudgeSameSearch(const SearchFacts& dev, const SearchFacts& production) {
  StepResult result;
  result.expected = "the same answer on the same kind of database";
  for (const SearchFacts* facts : {&dev, &production}) {
    if (Answered(*facts)) continue;
    result.observed = WhyNot(*facts);
    return result;
  }
  result.held = dev.found == production.found && dev.kind == production.kind;
  result.observed = fmt::format("\"apple\": {}; {}; no error.", Told(dev), Told(production));
  return result;
}

StepResult JudgeOtherKind(const SearchFacts& sqlite, const SearchFacts& other, bool installed) {
  StepResult result;
  result.expected = "SQLite finds \"Apple\" for \"apple\", PostgreSQL does not, and neither fails";
  if (!Answered(sqlite) || !Answered(other)) {
    result.observed = WhyNot(Answered(sqlite) ? other : sqlite);
    return result;
  }
  if (!installed) {
    result.held = sqlite.found > 0;
    result.observed = fmt::format(
        "\"apple\": {}; PostgreSQL is not installed, so there is nothing to compare it with.",
        Told(sqlite));
    return result;
  }
  result.held = sqlite.found > 0 && other.found == 0;
  result.observed = fmt::format("\"apple\": {}; {}; both answer 200.", Told(sqlite), Told(other));
  return result;
}

StepResult JudgeRollout(const RolloutFacts& facts) {
  StepResult result;
  result.expected = "about a quarter and a half, and nobody loses it";
  if (!facts.trouble.empty()) {
    result.observed = facts.trouble;
    return result;
  }
  result.held = facts.at_25 > 0 && facts.at_50 > facts.at_25 && facts.at_50 < facts.users &&
                facts.lost == 0 && facts.changed == 0;
  result.observed = fmt::format(
      "{} users: {} have it at 25 percent, {} at 50; {} lost it, {} got another answer when asked "
      "again.",
      facts.users, facts.at_25, facts.at_50, facts.lost, facts.changed);
  result.figures = {{"at_25", facts.at_25}, {"at_50", facts.at_50}, {"lost", facts.lost}};
  return result;
}

StepResult JudgeServer(int lines, const std::vector<std::string>& telling) {
  StepResult result;
  result.expected = "no word of a development server";
  result.held = telling.empty() && lines > 0;
  result.observed = telling.empty() ? fmt::format("{} lines, none of a development server.", lines)
                                    : fmt::format("{}", telling.front());
  return result;
}

}  // namespace twelve::parity
