#pragma once

#include "app/desktop/widgets/picture_view.h"
#include "factors/scene.h"

namespace twelve {

/// Predict, do, observe, explain: the step that the reader is at, with one primary action, the
/// next thing to do. Placed by ImGui's cursor, so that its panel may scroll.
///
/// Actions that it posts: {"step.answer", "", index}, {"step.do"}, {"step.next"},
/// {"step.go", "", index}.
class StepsView {
 public:
  StepsView(Ui& ui, const Scene& scene) : ui_(ui), scene_(scene) {}
  /// Draws from `at` down and returns the height that it took.
  float Draw(ImVec2 at, float width, Actions& actions);

 private:
  float DrawDots(ImVec2 at, float width, Actions& actions);
  float DrawPhases(ImVec2 at, float width, StepPhase phase);
  float DrawQuestion(ImVec2 at, float width, const StepView& step, Actions& actions);
  float DrawObserved(ImVec2 at, float width, const StepView& step);
  float DrawButtons(ImVec2 at, float width, const StepView& step, Actions& actions);

  Ui& ui_;
  const Scene& scene_;
};

}  // namespace twelve
