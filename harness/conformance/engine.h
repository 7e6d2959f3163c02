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

struct CheckOptions {
  std::vector<std::string> only;  // ids or id prefixes; empty: all
  bool quick = false;
  Duration budget{};                  // zero: none
  std::function<bool()> cancelled;    // asked before each check; empty: never
  const FileSearch* files = nullptr;  // where the service runs; null: cannot be looked at
};

/// A fresh rig for each check.
using MakeRig = std::function<Result<std::unique_ptr<Rig>>()>;

/// What a run will do, before it does it.
struct CheckPlan {
  std::vector<const Check*> run;       // in order: by value, disruptive ones last
  std::vector<CheckResult> set_aside;  // NA: not declared, or left out by --quick or --budget
};

/// Checks that take longer than this are left out by --quick.
inline constexpr double kQuickSeconds = 15;

/// An unknown id in `only`, or an empty selection, is kInvalid (exit 64). Pure.
Result<CheckPlan> MakePlan(const std::vector<const Check*>& catalog, const Target& target,
                           const CheckOptions& options);

/// `id` itself, or a prefix of it that ends where a word ends: "IX", "IX-term". Any case.
bool Selects(std::string_view wanted, std::string_view id);

/// Makes the plan, runs it, decides. A rig that cannot be made, or an ability that the machine
/// lacks, makes the check INCONCLUSIVE. Once a service did not get ready, only the checks that
/// judge its start-up go on; the others are INCONCLUSIVE with the same sentence.
Result<RunSummary> RunChecks(const std::vector<const Check*>& catalog, const Target& target,
                             const Capabilities& capabilities, const Calibration& calibration,
                             const CheckOptions& options, const Clock& clock,
                             const MakeRig& make_rig, const std::vector<ReportSink*>& sinks);

// Exit codes of `twelve check`.
inline constexpr int kExitMet = 0;             // all selected MUSTs met
inline constexpr int kExitFails = 1;           // a MUST fails
inline constexpr int kExitBroken = 2;          // the harness itself broke
inline constexpr int kExitInconclusive = 3;    // a MUST, or a required check, was not measured
inline constexpr int kExitUsage = 64;          // EX_USAGE of sysexits.h: usage, nothing selected
inline constexpr int kExitBadDescriptor = 78;  // EX_CONFIG

/// kExitMet, kExitFails or kExitInconclusive. A run in which nothing was measured is inconclusive.
/// Pure.
int ExitCodeFor(const std::vector<CheckResult>& results, const Target& target);

}  // namespace twelve
