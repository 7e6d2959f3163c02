#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "factors/09_disposability/lab.h"
#include "factors/09_disposability/steps.h"
#include "factors/experiment.h"

namespace twelve::disposability {

/// A finished run as a picture that no longer changes.
struct FrozenRun {
  std::string label;  // "as built" or the violations' names
  std::string sentence;
  bool held = false;
  Lanes lanes;
};

struct StepState {
  std::optional<int> chosen;  // the reader's prediction
  std::optional<StepResult> result;
};

/// Everything that the experiment knows and the scene shows. Plain data; the scene only reads it.
struct State {
  std::vector<StepState> steps;
  int current = 0;
  std::unique_ptr<StepRun> run;      // what is going on, or null
  int run_step = -1;                 // index into steps, or -1 for something done by hand
  std::set<std::string> violations;  // switched on
  std::optional<FrozenRun> good, broken;
  std::optional<StepResult> latest;
  Environment pending;  // edited, not yet running
  int release = 1;
  double rate = 0;
  std::string error;
  std::uint64_t generation = 0;
};

/// The lanes of all processes between two moments.
Lanes DrawLanes(const Lab& lab, const LoadSnapshot& load, TimePoint from, TimePoint to);

/// The picture. Pure but for reading the lab's snapshots.
Scene DrawScene(const State& state, const Lab& lab);

}  // namespace twelve::disposability
