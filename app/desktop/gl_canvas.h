#pragma once

#include <vector>

#include "app/desktop/image.h"
#include "app/desktop/imgui_compat.h"
#include "app/desktop/palette.h"

namespace twelve {

/// A framebuffer that keeps the last frame, so that only what changed is painted.
///
/// Threads: the one whose OpenGL context is current. Owns: its OpenGL objects.
class GlCanvas {
 public:
  GlCanvas() = default;
  ~GlCanvas();
  GlCanvas(const GlCanvas&) = delete;
  GlCanvas& operator=(const GlCanvas&) = delete;

  /// Forgets the contents. kUnsupported if there is no framebuffer of this size.
  Status Resize(int width, int height);
  /// Paints the parts of `data` that lie in `areas`, in the coordinates of ImGui.
  void Paint(ImDrawData& data, const std::vector<ImRect>& areas, Rgb clear);
  /// Copies everything to framebuffer 0.
  void Show() const;
  Image Read() const;
  /// While the context is still current; the destructor does nothing then.
  void Free();
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  int width_ = 0, height_ = 0;
  unsigned framebuffer_ = 0, texture_ = 0;
};

}  // namespace twelve
