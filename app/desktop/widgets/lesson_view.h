#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/desktop/draw.h"
#include "factors/lesson.h"

namespace twelve {

/// What the reader has opened and answered; kept per factor from frame to frame.
struct LessonState {
  std::set<std::size_t> open;               // interview questions whose answer shows
  std::map<std::size_t, std::size_t> quiz;  // question → chosen answer

  /// Heights of the blocks as they were measured for `measured_for`: measuring every word of a
  /// lesson costs more than drawing the few blocks that can be seen.
  std::vector<float> heights;
  std::string measured_for;

  bool AllRight(const Lesson& lesson) const;
};

/// A lesson as a column of text, placed by ImGui's cursor in the child window that the caller has
/// begun. The rule is not repeated: the page's head shows it.
void DrawLesson(Ui& ui, const Lesson& lesson, LessonState& state, float width);

}  // namespace twelve
