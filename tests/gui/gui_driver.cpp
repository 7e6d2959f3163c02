#include "tests/gui/gui_driver.h"

namespace twelve {

GuiDriver::GuiDriver(WindowModel& model, const Options& options)
    : options_(options),
      screen_(model, {.content_scale = options.scale,
                      .dark = options.dark,
                      .font_directory = {},
                      .built_in_font = !options.real_fonts}) {
  compat::InitNullRenderer();
  compat::InitFieldKeys();
  compat::UseClipboard(&clipboard_);
  screen_.ui().registry.set_recording(true);
  Frames(3);
}

void GuiDriver::Frames(int count) {
  for (int i = 0; i < count; i++) {
    screen_.ApplySettings();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = ImVec2(options_.width * options_.scale, options_.height * options_.scale);
    io.DeltaTime = 1.0F / 60;
    seconds_ += 1.0 / 60;
    compat::SendMouse(mouse_);
    ImGui::NewFrame();
    screen_.Build(seconds_);
    ImGui::Render();
    compat::AcknowledgeTextures();
  }
}

void GuiDriver::Wait(double seconds) {
  seconds_ += seconds;
  Frames(2);
}

void GuiDriver::MoveMouse(ImVec2 to) {
  mouse_ = to;
  Frames(2);
}

bool GuiDriver::Hover(const std::string& path) {
  const Registry::Item* item = registry().Find(path);
  if (item == nullptr) {
    return false;
  }
  const ImGuiID id = item->id;
  MoveMouse(item->rect.GetCenter());
  return GImGui->HoveredId == id;
}

bool GuiDriver::Click(const std::string& path) {
  if (!Hover(path)) {
    return false;
  }
  compat::SendMouseButton(0, true);
  Frames(2);
  compat::SendMouseButton(0, false);
  Frames(2);
  return true;
}

void GuiDriver::Drag(ImVec2 from, ImVec2 to) {
  MoveMouse(from);
  compat::SendMouseButton(0, true);
  Frames(2);
  MoveMouse({(from.x + to.x) / 2, (from.y + to.y) / 2});
  MoveMouse(to);
  compat::SendMouseButton(0, false);
  Frames(2);
}

void GuiDriver::Wheel(float lines) {
  compat::SendWheel(lines);
  Frames(2);
}

void GuiDriver::Type(const std::string& text) {
  for (const char c : text) {
    ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(c));
    Frames(2);
  }
}

void GuiDriver::Press(Key key, bool shift) {
  shell().OnKey({.key = key, .shift = shift});
  Frames(3);
}

void GuiDriver::PressCharacter(char32_t character, bool ctrl) {
  shell().OnKey({.key = Key::kChar, .character = character, .ctrl = ctrl});
  Frames(3);
}

void GuiDriver::PressField(compat::FieldKey key, bool ctrl) {
  compat::SendFieldKey(key, true, ctrl);
  Frames(2);
  compat::SendFieldKey(key, false, false);
  Frames(2);
}

}  // namespace twelve
