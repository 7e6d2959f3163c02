#pragma once

#include <memory>
#include <string>

#include "app/desktop/screen.h"
#include "tests/gui/scenes.h"

namespace twelve {

/// A user without a screen: the window drawn for nobody, mouse and keys as a person would use
/// them. After moving the mouse it looks what ImGui says lies under it, so it cannot press a button
/// that something else covers.
class GuiDriver {
 public:
  struct Options {
    float width = 1600, height = 1000, scale = 1;
    bool dark = true;
    bool real_fonts = true;  // texts are as wide as they will be
  };
  GuiDriver(WindowModel& model, const Options& options);
  explicit GuiDriver(WindowModel& model) : GuiDriver(model, Options()) {}

  void Frames(int count = 1);
  /// Also moves the clock of the window on.
  void Wait(double seconds);

  /// False when there is no such item, or something else is hit at its centre.
  bool Click(const std::string& path);
  bool Hover(const std::string& path);
  bool Has(const std::string& path) const { return registry().Find(path) != nullptr; }
  void Drag(ImVec2 from, ImVec2 to);
  void Wheel(float lines);
  void MoveMouse(ImVec2 to);
  void Type(const std::string& text);
  void Press(Key key, bool shift = false);
  void PressCharacter(char32_t character, bool ctrl = false);
  void PressField(compat::FieldKey key, bool ctrl = false);

  std::string Value(const std::string& path) const {
    return registry().FindValue(path).value_or("(no such value)");
  }
  const Registry& registry() const { return screen_.ui().registry; }
  Shell& shell() { return screen_.shell(); }
  Ui& ui() { return screen_.ui(); }
  std::string& clipboard() { return clipboard_; }

 private:
  Options options_;
  std::string clipboard_;
  mutable Screen screen_;
  ImVec2 mouse_{-FLT_MAX, -FLT_MAX};
  double seconds_ = 0;
};

}  // namespace twelve
