#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "factors/experiment.h"
#include "factors/lab/lab.h"

namespace twelve {

/// One step of a lesson: a question, something to do, and what it teaches. A row of data.
struct LabStep {
  std::string_view id;
  std::string_view title;
  std::string_view predict;
  std::vector<std::string> answers;
  int right_answer = 0;
  std::string_view action;               // label of the button: "Send SIGTERM to web.2"
  std::string_view did;                  // for the report: what was done
  std::string_view explain;              // when it held
  std::string_view explain_broken = {};  // when it did not; empty: `explain`
};

/// A finished run as a picture that no longer changes.
struct FrozenRun {
  std::string label;  // "as built" or the violations' names
  std::string sentence;
  bool held = false;
  Lanes lanes;
};

/// A live experiment in the form predict, do, observe, explain. What all factors share is here:
/// the steps, violations on and off, processes, load and environment by hand, the comparison of a
/// good run with a broken one, the demo. A factor says what runs, what each step does and what
/// else its picture shows.
///
/// Threads: one worker thread; a session's.
/// Owns:    the lab and all that runs on it.
/// Errors:  see Experiment. What goes wrong in a step is part of its result.
class LabExperiment : public Experiment {
 public:
  Status Begin(Rig& rig) final;
  Status Apply(Rig& rig, const Action& action) final;
  void Tick(Rig& rig) final;
  Scene Observe(Rig& rig) final;
  Result<DemoReport> RunAll(Rig& rig, const std::vector<std::string>& violations,
                            const std::function<void(std::string_view)>& say) final;
  void SetProgress(std::function<void()> show) final { show_ = std::move(show); }

 protected:
  LabExperiment(int factor, std::span<const Violation> violations, ProgramPaths programs);

  /// Launches what the experiment works on, with `lab.violations` on. Need not wait for readiness.
  virtual Status SetUp(Lab& lab) = 0;
  virtual std::span<const LabStep> Steps() const = 0;
  /// Does step `id` of Steps() and watches it to its end. Blocks on lab.Wait alone.
  virtual StepResult RunStep(Lab& lab, std::string_view id) = 0;

  /// Panels of this factor, in the order in which they matter. They stand behind the verdict.
  virtual void AddPanels(const Lab&, Scene&) const {}
  virtual void AddControls(const Lab&, std::vector<ControlView>&) const {}
  /// Actions of this factor's own controls.
  virtual Status Act(Lab&, const Action& action);
  /// The user sent a signal by hand; a factor that measures it returns a result.
  virtual std::optional<StepResult> OnSignal(Lab&, const std::string& process, int signal);
  /// A violation was switched or a variable was changed: a new release must run.
  virtual Status Rerelease(Lab& lab, const std::string& because);
  /// Back to how SetUp left it, quickly. Violations are off and variables as declared.
  virtual Status Reset(Lab& lab);
  /// Whether a step may begin; the error says what to wait for.
  virtual Status Settled(const Lab& lab) const;
  /// In words, for the first line of a demo: "3 web processes, 60 requests/s".
  virtual std::string Describe(const Lab& lab) const;

  Lab& lab() { return *lab_; }
  int factor() const { return factor_; }

 private:
  struct StepState {
    std::optional<int> chosen;  // the reader's prediction
    std::optional<StepResult> result;
    std::optional<FrozenRun> good, broken;
  };
  static constexpr int kByHand = -1;

  Status Dispatch(const Action& action);
  Status Answer(const std::string& value);
  Status GoTo(const std::string& value);
  Status Start(int step);
  Status Signal(const Action& action);
  Status Scale(const Action& action);
  Status SetRate(const std::string& value);
  Status Violate(const std::string& name, bool on);
  Status SetEnvironment(const Action& action);
  Status ApplyEnvironment();
  Status Relaunch(const std::string& process);
  Status ResetAll();
  void Finish(int step, const StepResult& result);
  DemoStep RunForDemo(int step, DemoReport& report,
                      const std::function<void(std::string_view)>& say);

  // The picture.
  std::string ViolationsLabel() const;
  StepPhase PhaseOf(int index) const;
  std::vector<StepView> DrawSteps() const;
  std::vector<ControlView> DrawControls() const;
  VerdictPanel DrawVerdict() const;
  Compare DrawCompare(const StepState& step) const;
  EnvEditor DrawEnvironment(const Deploy& deploy) const;
  void AddLoadPanels(Scene& scene) const;

  const int factor_;
  const std::span<const Violation> violations_;
  const ProgramPaths programs_;
  std::unique_ptr<Lab> lab_;
  std::vector<StepState> steps_;
  StepState by_hand_;
  int current_ = 0;
  std::optional<int> running_;  // index of the step that is going on, or kByHand
  std::optional<StepResult> latest_;
  std::map<std::string, Environment> declared_;  // by process type, as SetUp had it
  std::map<std::string, int> counts_;
  std::map<std::string, Environment> pending_;  // edited, not yet running
  double declared_rate_ = 0;
  std::string error_;
  std::uint64_t generation_ = 0;
  std::function<void()> show_;
};

/// The lanes of all processes that the load goes to, between two moments. Pure.
Lanes DrawLanes(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to);
/// All processes as cards, with what the load says of them.
Stage DrawStage(const Lab& lab);

}  // namespace twelve
