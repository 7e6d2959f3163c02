#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/conformance/check.h"

namespace twelve {

/// A check as it came out in one run.
struct CheckResult {
  const Check* check = nullptr;
  Finding finding;
  Observation observation;
  Duration took{};
};

struct RunSummary {
  std::string target;
  std::string started;  // RFC 3339, UTC
  Duration took{};
  std::vector<CheckResult> results;  // in the order in which they ran; not declared ones last
  int exit_code = 0;
};

/// Hears of a run while it goes on. Threads: the engine's.
class ReportSink {
 public:
  virtual ~ReportSink() = default;
  virtual void RunStarted(const Target& target, const std::vector<const Check*>& plan,
                          const Capabilities& capabilities) = 0;
  virtual void CheckStarted(const Check& check) = 0;
  virtual void CheckFinished(const CheckResult& result) = 0;
  virtual void RunFinished(const RunSummary& summary) = 0;
};

struct RunOptions {
  std::vector<std::string> only;  // ids or id prefixes; empty: all
  bool quick = false;
  Duration budget{};  // zero: none
};

/// A fresh rig for each check.
using MakeRig = std::function<Result<std::unique_ptr<Rig>>()>;

/// Selects, orders by value, runs, decides. An unknown id in `only`, or an empty selection, is
/// kInvalid (exit 64). A rig that cannot be made makes the check INCONCLUSIVE.
Result<RunSummary> RunChecks(const std::vector<const Check*>& catalog, const Target& target,
                             const Capabilities& capabilities, const Calibration& calibration,
                             const RunOptions& options, const Clock& clock, const MakeRig& make_rig,
                             const std::vector<ReportSink*>& sinks);

/// 0 all selected MUSTs met, 1 a MUST fails, 3 a MUST is inconclusive. Pure.
int ExitCodeFor(const std::vector<CheckResult>& results, const Target& target);

}  // namespace twelve
