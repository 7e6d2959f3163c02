#pragma once

#include <string>

#include "app/desktop/imgui_compat.h"

namespace twelve {

/// The faces of the window. ImGui's "size" is ascent - descent: the em is size / 1.21 for Inter and
/// size / 1.32 for JetBrains Mono. No face has an em under 13 px, nor under 18 px when presenting.
///
/// Errors: a font file that is missing is replaced by ImGui's built-in face; `warning` then names
///         the package that brings it. The window starts all the same.
struct Fonts {
  ImFont* body = nullptr;
  ImFont* strong = nullptr;
  ImFont* italic = nullptr;
  ImFont* small = nullptr;
  ImFont* caption = nullptr;
  ImFont* heading = nullptr;
  ImFont* title = nullptr;
  ImFont* verdict_small = nullptr;  // where the verdict would not fit
  ImFont* verdict = nullptr;        // the largest text of the window
  ImFont* mono = nullptr;
  ImFont* mono_strong = nullptr;
  std::string warning;
};

/// Fills the atlas at `scale`. Looks into `directory` (TWELVE_FONTS; may be empty) first, then into
/// the system's font directories.
Fonts LoadFonts(float scale, const std::string& directory);

}  // namespace twelve
