#pragma once

#include "app/desktop/draw.h"
#include "factors/lesson_blocks.h"

namespace twelve {

/// Text in several styles, broken at blanks. Returns the height that it takes; draws nothing when
/// `draw` is false. A click on a link copies its address.
float DrawRichText(Ui& ui, ImVec2 at, float width, Rgb color, const InlineText& text, bool draw);

}  // namespace twelve
