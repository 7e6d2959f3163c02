#pragma once

#include <map>
#include <set>

#include "app/desktop/draw.h"
#include "factors/lesson.h"

namespace twelve {

/// What the reader has opened and answered; kept per factor from frame to frame.
struct LessonState {
  std::set<std::size_t> open;               // interview questions whose answer shows
  std::map<std::size_t, std::size_t> quiz;  // question → chosen answer

  bool AllRight(const Lesson& lesson) const;
};

/// A lesson as a column of text, placed by ImGui's cursor in the child window that the caller has
/// begun. The rule is not repeated: the page's head shows it.
void DrawLesson(Ui& ui, const Lesson& lesson, LessonState& state, float width);

}  // namespace twelve
