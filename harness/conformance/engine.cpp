#include "harness/conformance/engine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ctime>

namespace twelve {
namespace {

constexpr const char* kCancelled = "the run was cancelled";

bool SameLetter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

Result<std::vector<const Check*>> Select(const std::vector<const Check*>& catalog,
                                         const std::vector<std::string>& only) {
  if (only.empty()) return catalog;
  std::vector<const Check*> selected;
  for (const Check* check : catalog) {
    if (std::any_of(only.begin(), only.end(),
                    [&](const std::string& wanted) { return Selects(wanted, check->id); })) {
      selected.push_back(check);
    }
  }
  for (const std::string& wanted : only) {
    if (std::none_of(catalog.begin(), catalog.end(),
                     [&](const Check* check) { return Selects(wanted, check->id); })) {
      return InvalidError("there is no check \"" + wanted + "\"; `twelve list` shows them all");
    }
  }
  return selected;
}

CheckResult SetAside(const Check& check, std::string not_declared, std::string why) {
  CheckResult result;
  result.check = &check;
  result.finding.verdict = Verdict::kNa;
  result.finding.left_out = not_declared.empty();
  result.finding.not_declared = std::move(not_declared);
  result.finding.why = std::move(why);
  return result;
}

const Need* FirstUndeclared(const Check& check, const Target& target) {
  for (const Need& need : check.needs) {
    if (need.kind == Need::Kind::kField && !Declares(target, need.name)) return &need;
  }
  return nullptr;
}

/// The sentence of the first ability that the machine lacks; empty when it has all.
std::string MissingCapability(const Check& check, const Capabilities& capabilities) {
  for (const Need& need : check.needs) {
    if (need.kind != Need::Kind::kCapability || capabilities.Has(need.name)) continue;
    const Capability* capability = capabilities.Find(need.name);
    if (capability == nullptr) return fmt::format("this machine was not asked for {}", need.name);
    return fmt::format("this machine does not offer {} ({}): {}", need.name, capability->detail,
                       capability->remedy);
  }
  return "";
}

/// "2026-05-01T12:00:00.123Z"
std::string Rfc3339(WallTime wall) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch());
  const std::time_t seconds = static_cast<std::time_t>(ms.count() / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms.count() % 1000);
}

/// One run. Knows, from one check to the next, whether the service starts at all.
class Run {
 public:
  Run(const Target& target, const Capabilities& capabilities, const Calibration& calibration,
      const Clock& clock, const MakeRig& make_rig, const CheckOptions& options)
      : target_(target),
        capabilities_(capabilities),
        calibration_(calibration),
        clock_(clock),
        make_rig_(make_rig),
        options_(options) {}

  CheckResult Do(const Check& check) {
    const TimePoint begin = clock_.Now();
    CheckResult result;
    result.check = &check;
    result.observation = Observe(check);
    if (result.observation.unready && unready_.empty()) unready_ = result.observation.blocked;
    result.finding = Judge(check, result.observation, calibration_);
    result.took = clock_.Now() - begin;
    return result;
  }

 private:
  Observation Observe(const Check& check) {
    Observation observation;
    if (options_.cancelled && options_.cancelled()) {
      observation.blocked = kCancelled;
      return observation;
    }
    observation.blocked = MissingCapability(check, capabilities_);
    if (!observation.blocked.empty()) return observation;
    if (!unready_.empty() && !check.even_unready) {
      observation.blocked = unready_;
      observation.unready = true;
      return observation;
    }
    Result<std::unique_ptr<Rig>> rig = make_rig_();
    if (!rig) {
      observation.blocked = "Twelve could not prepare the experiment: " + rig.error().message;
      return observation;
    }
    CheckContext context{**rig, target_, capabilities_, calibration_, options_.files};
    observation = check.collect(context);
    if ((*rig)->cancelled()) observation.blocked = kCancelled;
    return observation;
  }

  const Target& target_;
  const Capabilities& capabilities_;
  const Calibration& calibration_;
  const Clock& clock_;
  const MakeRig& make_rig_;
  const CheckOptions& options_;
  std::string unready_;
};

}  // namespace

bool Selects(std::string_view wanted, std::string_view id) {
  while (!wanted.empty() && wanted.back() == '-') wanted.remove_suffix(1);
  if (wanted.empty() || wanted.size() > id.size()) return false;
  if (!std::equal(wanted.begin(), wanted.end(), id.begin(), SameLetter)) return false;
  return wanted.size() == id.size() || id[wanted.size()] == '-';
}

Result<CheckPlan> MakePlan(const std::vector<const Check*>& catalog, const Target& target,
                           const CheckOptions& options) {
  Result<std::vector<const Check*>> selected = Select(catalog, options.only);
  if (!selected) return selected.error();
  std::stable_sort(selected->begin(), selected->end(), [](const Check* a, const Check* b) {
    return std::pair(a->disruptive, a->value) < std::pair(b->disruptive, b->value);
  });
  CheckPlan plan;
  double seconds = 0;
  for (const Check* check : *selected) {
    const double cost = check->cost_seconds;
    if (const Need* need = FirstUndeclared(*check, target)) {
      plan.set_aside.push_back(
          SetAside(*check, std::string(need->name), "not declared: " + std::string(need->name)));
    } else if (options.quick && cost > kQuickSeconds) {
      plan.set_aside.push_back(
          SetAside(*check, "", fmt::format("left out by --quick: it takes about {:.0f} s", cost)));
    } else if (options.budget > Duration::zero() && seconds + cost > ToSeconds(options.budget)) {
      plan.set_aside.push_back(
          SetAside(*check, "", fmt::format("left out by --budget: it takes about {:.0f} s", cost)));
    } else {
      seconds += cost;
      plan.run.push_back(check);
    }
  }
  const bool left_out =
      std::any_of(plan.set_aside.begin(), plan.set_aside.end(),
                  [](const CheckResult& result) { return result.finding.left_out; });
  if (selected->empty() || (plan.run.empty() && left_out)) {
    return InvalidError("no check is left to run; allow more time, or name others with --only");
  }
  return plan;
}

Result<RunSummary> RunChecks(const std::vector<const Check*>& catalog, const Target& target,
                             const Capabilities& capabilities, const Calibration& calibration,
                             const CheckOptions& options, const Clock& clock,
                             const MakeRig& make_rig, const std::vector<ReportSink*>& sinks) {
  Result<CheckPlan> plan = MakePlan(catalog, target, options);
  if (!plan) return plan.error();
  const TimePoint begin = clock.Now();
  RunSummary summary;
  summary.target = target.name;
  summary.started = Rfc3339(clock.WallNow());
  for (ReportSink* sink : sinks) sink->RunStarted(target, plan->run, capabilities);

  Run run(target, capabilities, calibration, clock, make_rig, options);
  std::vector<CheckResult> not_declared = std::move(plan->set_aside);
  for (const Check* check : plan->run) {
    for (ReportSink* sink : sinks) sink->CheckStarted(*check);
    CheckResult result = run.Do(*check);
    for (ReportSink* sink : sinks) sink->CheckFinished(result);
    auto& list = result.finding.not_declared.empty() ? summary.results : not_declared;
    list.push_back(std::move(result));
  }
  std::move(not_declared.begin(), not_declared.end(), std::back_inserter(summary.results));
  summary.took = clock.Now() - begin;
  summary.exit_code = ExitCodeFor(summary.results, target);
  for (ReportSink* sink : sinks) sink->RunFinished(summary);
  return summary;
}

int ExitCodeFor(const std::vector<CheckResult>& results, const Target& target) {
  bool fails = false;
  bool unmeasured = false;
  bool measured = false;
  for (const CheckResult& result : results) {
    const Finding& finding = result.finding;
    const bool must = result.check->level == Level::kMust;
    const bool required =
        std::any_of(target.require.begin(), target.require.end(),
                    [&](const std::string& wanted) { return Selects(wanted, result.check->id); });
    const bool absent = !finding.not_declared.empty() || finding.left_out;
    fails |= must && finding.verdict == Verdict::kFail;
    unmeasured |= (must || required) && finding.verdict == Verdict::kInconclusive;
    unmeasured |= required && absent;
    measured |= finding.verdict != Verdict::kNa;
  }
  if (fails) return kExitFails;
  return unmeasured || !measured ? kExitInconclusive : kExitMet;
}

}  // namespace twelve
