#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/base/result.h"
#include "harness/conformance/capabilities.h"
#include "harness/conformance/descriptor.h"
#include "harness/conformance/file_search.h"
#include "harness/rig/rig.h"

namespace twelve {

enum class Level { kMust, kShould, kInfo };
enum class Method { kObserved, kInspected, kHeuristic };
enum class Verdict { kPass, kWarn, kFail, kInconclusive, kNa };
std::string_view ToString(Level level);      // "MUST" "SHOULD" "INFO"
std::string_view ToString(Method method);    // "observed" "inspected" "heuristic"
std::string_view ToString(Verdict verdict);  // "PASS" "WARN" "FAIL" "INCONCLUSIVE" "NA"

/// A piece of proof that a reader can judge without us.
struct Evidence {
  std::string kind;  // "timeline" "log" "process" "socket" "answer" "sample" "reproduction"
  std::string text;
};

/// What a check saw. A plain value: it is saved, replayed and mutated in tests.
struct Observation {
  /// Why nothing could be measured; empty when it was. One sentence that names what is missing.
  std::string blocked;
  /// With `blocked`: the service never became ready, so that other checks need not try either.
  bool unready = false;
  /// The field of the descriptor without which this service cannot be asked; empty: none is
  /// missing.
  std::string not_declared;
  /// The measured facts, named as the check documents them; durations in ms.
  nlohmann::json facts = nlohmann::json::object();
  std::vector<Evidence> evidence;
};
nlohmann::json ToJson(const Observation& observation);
Result<Observation> ObservationFromJson(const nlohmann::json& json);

struct Finding {
  Verdict verdict = Verdict::kInconclusive;
  std::string expected;
  std::string actual;
  std::string why;           // of NA and INCONCLUSIVE: what is missing or does not apply
  std::string not_declared;  // of NA: the field of the descriptor that would enable the check
  bool left_out = false;     // of NA: --quick or --budget left it out
  std::vector<Evidence> evidence;
  int samples = 0;
};

/// A limit that a verdict depends on, and where the number comes from.
struct Threshold {
  std::string_view name;  // "stop_pass_ms"
  double value = 0;
  std::string_view unit;
  std::string_view source;
};

/// What the machine does to timing: measured with the reference service, 1 on a quiet machine.
struct Calibration {
  double factor = 1;
};

/// What collect may use. Every check gets a fresh one.
struct CheckContext {
  Rig& rig;
  const Target& target;
  const Capabilities& capabilities;
  const Calibration& calibration;
  const FileSearch* files = nullptr;  // null: the service's files cannot be looked at
};

/// A question that the harness can answer about a service. A row of data and two functions.
struct Check {
  std::string_view id;  // "IX-term-drain"; never reused
  int factor = 0;
  std::string_view question;  // ends in "?", answerable by yes or no
  Level level = Level::kShould;
  Method method = Method::kObserved;
  std::string_view requirement;  // the rule of the factor, in our words, with pointer
  std::string_view steps;        // what collect does
  std::string_view remedy;       // the next step for who fails it
  std::vector<std::pair<std::string_view, std::string_view>> remedy_by_runtime;  // "python" → …
  std::vector<Threshold> thresholds;
  std::string_view known_false;  // verdicts that this check is known to get wrong
  std::vector<Need> needs;       // descriptor fields and machine abilities
  double cost_seconds = 1;       // typical, for the plan and --budget
  bool exclusive = false;        // timing: nothing else runs beside it
  bool even_unready = false;     // judges the start-up itself: runs although nothing gets ready
  bool disruptive = false;       // may leave files behind in the service's directory: runs last
  int value = 0;                 // rank in the catalogue: 1 runs first
  Observation (*collect)(CheckContext& context) = nullptr;
  Finding (*decide)(const Observation& observation, const Check& check,
                    const Calibration& calibration) = nullptr;
};

/// The value of a threshold. REQUIRES: the check has it.
double Limit(const Check& check, std::string_view name);

/// What `decide` says, unless the observation says that there is nothing to decide on: blocked is
/// INCONCLUSIVE, not declared is NA. The evidence of the observation comes along.
Finding Judge(const Check& check, const Observation& observation, const Calibration& calibration);

/// A finding that starts from what the observation has as evidence.
Finding MakeFinding(Verdict verdict, std::string expected, std::string actual, int samples);
/// Adds facts.reproduction, the shell lines that show the failure without Twelve, to a FAIL.
void AddReproduction(const Observation& observation, Finding& finding);

}  // namespace twelve
