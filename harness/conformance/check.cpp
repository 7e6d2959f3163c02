#include "harness/conformance/check.h"

namespace twelve {

std::string_view ToString(Level level) {
  switch (level) {
    case Level::kMust:
      return "MUST";
    case Level::kShould:
      return "SHOULD";
    case Level::kInfo:
      return "INFO";
  }
  return "?";
}

std::string_view ToString(Method method) {
  switch (method) {
    case Method::kObserved:
      return "observed";
    case Method::kInspected:
      return "inspected";
    case Method::kHeuristic:
      return "heuristic";
  }
  return "?";
}

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "PASS";
    case Verdict::kWarn:
      return "WARN";
    case Verdict::kFail:
      return "FAIL";
    case Verdict::kInconclusive:
      return "INCONCLUSIVE";
    case Verdict::kNa:
      return "NA";
  }
  return "?";
}

nlohmann::json ToJson(const Observation& observation) {
  nlohmann::json evidence = nlohmann::json::array();
  for (const Evidence& piece : observation.evidence) {
    evidence.push_back({{"kind", piece.kind}, {"text", piece.text}});
  }
  return {{"blocked", observation.blocked},
          {"unready", observation.unready},
          {"not_declared", observation.not_declared},
          {"facts", observation.facts},
          {"evidence", std::move(evidence)}};
}

namespace {

Result<std::vector<Evidence>> EvidenceFromJson(const nlohmann::json& json) {
  if (!json.is_array()) return InvalidError("an observation's \"evidence\" must be a list");
  std::vector<Evidence> evidence;
  for (const nlohmann::json& piece : json) {
    const bool good = piece.is_object() && piece.contains("kind") && piece.contains("text") &&
                      piece["kind"].is_string() && piece["text"].is_string();
    if (!good) return InvalidError("a piece of evidence needs the texts \"kind\" and \"text\"");
    evidence.push_back({piece["kind"].get<std::string>(), piece["text"].get<std::string>()});
  }
  return evidence;
}

}  // namespace

Result<Observation> ObservationFromJson(const nlohmann::json& json) {
  if (!json.is_object()) return InvalidError("an observation must be a JSON object");
  Observation observation;
  for (const auto& [name, value] : json.items()) {
    if (name == "blocked" && value.is_string()) {
      observation.blocked = value.get<std::string>();
    } else if (name == "not_declared" && value.is_string()) {
      observation.not_declared = value.get<std::string>();
    } else if (name == "unready" && value.is_boolean()) {
      observation.unready = value.get<bool>();
    } else if (name == "facts" && value.is_object()) {
      observation.facts = value;
    } else if (name == "evidence") {
      Result<std::vector<Evidence>> evidence = EvidenceFromJson(value);
      if (!evidence) return evidence.error();
      observation.evidence = std::move(*evidence);
    } else {
      return InvalidError("an observation has no field \"" + name + "\" of this type");
    }
  }
  return observation;
}

double Limit(const Check& check, std::string_view name) {
  for (const Threshold& threshold : check.thresholds) {
    if (threshold.name == name) return threshold.value;
  }
  return 0;
}

Finding Judge(const Check& check, const Observation& observation, const Calibration& calibration) {
  Finding finding;
  if (!observation.not_declared.empty()) {
    finding.verdict = Verdict::kNa;
    finding.not_declared = observation.not_declared;
    finding.why = "not declared: " + observation.not_declared;
  } else if (!observation.blocked.empty()) {
    finding.verdict = Verdict::kInconclusive;
    finding.why = observation.blocked;
  } else {
    finding = check.decide(observation, check, calibration);
  }
  finding.evidence.insert(finding.evidence.begin(), observation.evidence.begin(),
                          observation.evidence.end());
  if (finding.verdict == Verdict::kFail) AddReproduction(observation, finding);
  return finding;
}

Finding MakeFinding(Verdict verdict, std::string expected, std::string actual, int samples) {
  Finding finding;
  finding.verdict = verdict;
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  finding.samples = samples;
  return finding;
}

void AddReproduction(const Observation& observation, Finding& finding) {
  const auto lines = observation.facts.find("reproduction");
  if (lines == observation.facts.end() || !lines->is_string()) return;
  finding.evidence.push_back({"reproduction", lines->get<std::string>()});
}

}  // namespace twelve
