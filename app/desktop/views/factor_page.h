#pragma once

#include <memory>
#include <string>

#include "app/desktop/ui.h"
#include "app/desktop/widgets/env_view.h"
#include "app/desktop/widgets/lesson_view.h"
#include "app/desktop/widgets/log_view.h"
#include "app/desktop/widgets/stage_view.h"
#include "app/desktop/window_model.h"

namespace twelve {

/// Sizes that the user can drag, at scale 1.
struct PageLayout {
  float right_extra = 0;     // added to the width of the right column
  float bottom_extra = 0;    // added to the height of the tabs
  float lesson_extra = 0;    // moves the border between lesson and timeline
  float steps_height = 320;  // of the current step's content, measured
};

enum class BottomTab { kLogs, kEnvironment, kEvents, kProcesses, kCharts };

/// What the page of one factor remembers.
struct FactorPageState {
  StageState stage;
  EnvEdits edits;
  LessonState lesson;
  PageLayout layout;
  LogView log;
  std::string filter;
  bool focus_filter = false;
  BottomTab tab = BottomTab::kLogs;
  /// A violation, or kAsBuilt: the step is done again as soon as every process runs so. Empty:
  /// nothing waits.
  std::string repeat_with;
  bool live = false;      // the lanes as they go on, instead of the two finished runs
  bool requests = false;  // the lanes of requests instead of the factor's own pictures
};

/// The page of one factor: stage, picture, charts and tabs in the middle; steps, lesson and
/// timeline at the right. Without an experiment, the lesson alone.
class FactorPage {
 public:
  FactorPage(Ui& ui, WindowModel& model, const Factor& factor, FactorPageState& state);
  void Draw(const ImRect& body, Actions& actions);

 private:
  void DrawRunning(const ImRect& body, Actions& actions);
  void DrawCentre(const ImRect& area, Actions& actions);
  /// As high as its content, at most half of the area; returns where it is.
  ImRect DrawStagePanel(const ImRect& area, Actions& actions);
  void DrawPicturePanel(const ImRect& area, Actions& actions);
  /// The pictures of this factor alone, side by side, under the measured sentence.
  void DrawViews(const ImRect& area, const std::vector<const Panel*>& views, Actions& actions);
  /// Between the factor's own pictures and the lanes of requests. Returns the width that it took;
  /// 0 when there are no lanes.
  float DrawViewSwitch(const ImRect& inner, std::string_view label);
  void RepeatStep(Actions& actions);
  void DrawCharts(const ImRect& area);
  void DrawBottom(const ImRect& area, bool with_charts, Actions& actions);
  void DrawTabs(const ImRect& area, bool with_charts);
  void DrawLogBar(const ImRect& area);
  /// Returns the width that it took.
  float DrawFilter(ImVec2 at, float width);
  void DrawTabBody(const ImRect& area, Actions& actions);
  void DrawRight(const ImRect& area, Actions& actions);
  void DrawLessonPanel(const ImRect& area);
  void DrawTimelinePanel(const ImRect& area);
  float DrawHead(ImVec2 at, float width);
  void DrawReading(const ImRect& body);
  void DrawChecks(const ImRect& area);
  /// Returns the height that it took.
  float DrawError(const ImRect& area);

  Ui& ui_;
  WindowModel& model_;
  const Factor& factor_;
  FactorPageState& state_;
  std::shared_ptr<const Scene> scene_;  // null while nothing runs
};

/// The first panel of kind T, or null.
template <typename T>
const T* FindPanel(const Scene& scene) {
  for (const Panel& panel : scene.panels) {
    if (const T* found = std::get_if<T>(&panel)) {
      return found;
    }
  }
  return nullptr;
}

}  // namespace twelve
