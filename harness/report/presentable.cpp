#include "harness/report/presentable.h"

#include "harness/logs/text_cleaner.h"

namespace twelve {

std::string Presentable(std::string_view text, const SecretMask& mask) {
  const std::string masked = mask.Apply(text);
  std::string out;
  std::size_t from = 0;
  while (from <= masked.size()) {
    const std::size_t end = std::min(masked.find('\n', from), masked.size());
    out += CleanText(std::string_view(masked).substr(from, end - from));
    if (end < masked.size()) out += '\n';
    from = end + 1;
  }
  return out;
}

Finding Presentable(const Finding& finding, const SecretMask& mask) {
  Finding out = finding;
  out.expected = Presentable(finding.expected, mask);
  out.actual = Presentable(finding.actual, mask);
  out.why = Presentable(finding.why, mask);
  for (Evidence& evidence : out.evidence) {
    evidence.kind = Presentable(evidence.kind, mask);
    evidence.text = Presentable(evidence.text, mask);
  }
  return out;
}

Group GroupOf(const Finding& finding) {
  if (!finding.not_declared.empty()) return Group::kNotDeclared;
  return finding.left_out ? Group::kLeftOut : Group::kMeasured;
}

VerdictCounts CountVerdicts(const std::vector<CheckResult>& results) {
  VerdictCounts counts;
  for (const CheckResult& result : results) {
    const Group group = GroupOf(result.finding);
    if (group == Group::kNotDeclared) ++counts.not_declared;
    if (group == Group::kLeftOut) ++counts.left_out;
    if (group != Group::kMeasured) continue;
    switch (result.finding.verdict) {
      case Verdict::kPass:
        ++counts.pass;
        break;
      case Verdict::kWarn:
        ++counts.warn;
        break;
      case Verdict::kFail:
        ++counts.fail;
        break;
      case Verdict::kInconclusive:
        ++counts.inconclusive;
        break;
      case Verdict::kNa:
        ++counts.na;
        break;
    }
  }
  return counts;
}

}  // namespace twelve
