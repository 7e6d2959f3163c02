#pragma once

#include <memory>

#include "app/desktop/gl_canvas.h"
#include "app/desktop/image.h"
#include "app/desktop/imgui_compat.h"
#include "app/desktop/palette.h"

namespace twelve {

/// An off-screen OpenGL surface by EGL, without any display server.
///
/// Threads: one; its context is current there.
/// Owns:    context, framebuffer, and ImGui's renderer. Destroy it before the Screen.
/// Errors:  kUnsupported when EGL or a surfaceless context is not there.
class EglSurface {
 public:
  static Result<std::unique_ptr<EglSurface>> Create(int width, int height);
  ~EglSurface();
  EglSurface(const EglSurface&) = delete;
  EglSurface& operator=(const EglSurface&) = delete;

  /// Call once the Screen exists, and again after each change of the font atlas.
  Status UseFonts();
  /// Before ImGui::NewFrame.
  void NewFrame();
  Image Render(ImDrawData& data, Rgb clear);

 private:
  EglSurface(int width, int height) : width_(width), height_(height) {}
  Status Open();

  int width_, height_;
  void* display_ = nullptr;
  void* context_ = nullptr;
  std::unique_ptr<GlCanvas> canvas_;
  bool renderer_ = false;
};

}  // namespace twelve
