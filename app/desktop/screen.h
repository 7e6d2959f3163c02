#pragma once

#include <memory>
#include <string>

#include "app/desktop/shell.h"
#include "app/desktop/ui.h"

namespace twelve {

/// An ImGui context with the window in it, for any platform: a window system, an off-screen
/// surface, or none.
///
/// - Before each frame: ApplySettings; when it says so, renew the renderer's font texture.
/// - Then the platform's NewFrame, Build, and ImGui::GetDrawData().
///
/// Threads: one; the context is ImGui's current one.
class Screen {
 public:
  struct Options {
    float content_scale = 1;  // of the display
    bool dark = true;
    std::string font_directory;  // TWELVE_FONTS
    bool built_in_font = false;  // for tests that measure nothing: starts in a millisecond
  };
  Screen(WindowModel& model, Options options);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void SetContentScale(float scale) { options_.content_scale = scale; }
  /// Theme, scale and fonts as the user has them now. True if the font atlas is a new one.
  bool ApplySettings();
  void Build(double seconds);

  Ui& ui() { return ui_; }
  Shell& shell() { return shell_; }
  Rgb clear_color() const { return ui_.colors().panel; }

 private:
  void BuildFonts(float scale);

  Options options_;
  ImGuiContext* context_;
  Ui ui_;
  Shell shell_;
  float font_scale_ = 0;
  bool styled_dark_ = false;
  float styled_scale_ = 0;
};

}  // namespace twelve
