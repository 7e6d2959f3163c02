#include "harness/report/json_sink.h"

#include "harness/report/presentable.h"

namespace twelve {
namespace {

using nlohmann::ordered_json;

ordered_json EvidenceJson(const std::vector<Evidence>& evidence) {
  ordered_json list = ordered_json::array();
  for (const Evidence& piece : evidence) {
    list.push_back({{"kind", piece.kind}, {"text", piece.text}});
  }
  return list;
}

ordered_json CheckJson(const CheckResult& result, const SecretMask& mask) {
  const Finding finding = Presentable(result.finding, mask);
  return {
      {"id", std::string(result.check->id)},
      {"factor", result.check->factor},
      {"level", std::string(ToString(result.check->level))},
      {"method", std::string(ToString(result.check->method))},
      {"verdict", std::string(ToString(finding.verdict))},
      {"expected", finding.expected},
      {"actual", finding.actual},
      {"evidence", EvidenceJson(finding.evidence)},
      {"samples", finding.samples},
      {"duration_ms", std::chrono::duration_cast<std::chrono::milliseconds>(result.took).count()},
      {"waived", nullptr},
      {"why", finding.why}};
}

ordered_json CountsJson(const VerdictCounts& counts) {
  return {{"PASS", counts.pass},
          {"WARN", counts.warn},
          {"FAIL", counts.fail},
          {"INCONCLUSIVE", counts.inconclusive},
          {"NA", counts.na},
          {"not_declared", counts.not_declared},
          {"left_out", counts.left_out}};
}

}  // namespace

JsonSink::JsonSink(std::string version, Write write)
    : version_(std::move(version)), write_(std::move(write)) {}

void JsonSink::RunStarted(const Target& target, const std::vector<const Check*>&,
                          const Capabilities&) {
  mask_.emplace(target.environment);
}

void JsonSink::CheckStarted(const Check&) {}

void JsonSink::CheckFinished(const CheckResult&) {}

void JsonSink::RunFinished(const RunSummary& summary) {
  ordered_json checks = ordered_json::array();
  for (const CheckResult& result : summary.results) checks.push_back(CheckJson(result, *mask_));
  const ordered_json report = {
      {"schema_version", kSchemaVersion},
      {"twelve_version", version_},
      {"target", Presentable(summary.target, *mask_)},
      {"started", summary.started},
      {"duration_ms", std::chrono::duration_cast<std::chrono::milliseconds>(summary.took).count()},
      {"checks", std::move(checks)},
      {"counts", CountsJson(CountVerdicts(summary.results))},
      {"exit_code", summary.exit_code}};
  write_(report.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace twelve
