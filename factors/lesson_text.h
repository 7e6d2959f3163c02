#pragma once

#include <string_view>

namespace twelve {

/// The text of factors/NN_…/lesson.md as it was when the program was built; empty unless 1 … 12.
/// The view lives for ever.
std::string_view LessonText(int factor);

/// Its path in the repository, for messages; empty unless 1 … 12.
std::string_view LessonPath(int factor);

}  // namespace twelve
