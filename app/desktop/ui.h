#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "app/desktop/fonts.h"
#include "app/desktop/imgui_compat.h"
#include "app/desktop/palette.h"
#include "app/desktop/registry.h"
#include "harness/base/clock.h"

namespace twelve {

/// What every widget draws with. One per window.
///
/// Threads: the window's.
struct Ui {
  const Palette* palette = &DarkPalette();
  Fonts fonts;
  float scale = 1;          // content scale × the user's × that of presenting
  bool presenting = false;  // large type, only what an audience needs
  double seconds = 0;       // since the window opened; moves a starting process's arc
  bool animating = false;   // something on the screen moves by itself
  Registry registry;
  std::vector<ImRect> frames;               // panes of the last frame: the rest is gutter
  ImRect panel;                             // the innermost panel: text must stay inside
  std::optional<TimePoint> crosshair;       // under the mouse, in every chart and lane
  std::optional<TimePoint> next_crosshair;  // found in this frame
  std::string focus;                        // path of the item that the keyboard is on
  std::optional<int> go_to;                 // a page asked for the page of this factor

  /// A length at scale 1 in pixels of the screen.
  float Px(float length) const { return ImFloor(length * scale); }
  const Palette& colors() const { return *palette; }
};

/// ImGui's style in this theme and scale. Call after each change of either.
void ApplyStyle(const Palette& palette, float scale);

inline ImU32 Ink(Rgb rgb, float alpha = 1) {
  return IM_COL32((rgb >> 16) & 255U, (rgb >> 8) & 255U, rgb & 255U,
                  static_cast<int>(std::lround(alpha * 255)));
}
inline ImVec4 InkVec(Rgb rgb, float alpha = 1) {
  return ImGui::ColorConvertU32ToFloat4(Ink(rgb, alpha));
}

}  // namespace twelve
