#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/shell.h"

namespace twelve {
namespace {

struct KeyText {
  std::string_view keys, what;
};
constexpr KeyText kKeys[] = {
    {"1 … 9  0  -  =", "open factor I … XII"},
    {"Tab, arrows", "reach everything"},
    {"Enter", "press it; Space too"},
    {"t   k   r", "SIGTERM, SIGKILL, restart of the selected process"},
    {"/", "filter the log"},
    {"Space", "pause or follow the log"},
    {"End", "follow the log again"},
    {"Ctrl+C", "copy what is selected in the log"},
    {"Ctrl +  -  0", "larger, smaller, normal type"},
    {"F12", "screenshot"},
    {"Esc", "close, or end presenting"},
};

/// A popup whose content is placed by hand: begins it at a size, in the middle.
bool BeginCentred(const char* name, ImVec2 size) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({ImFloor((display.x - size.x) / 2), ImFloor((display.y - size.y) / 2)});
  ImGui::SetNextWindowSize(size);
  return ImGui::BeginPopup(name, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoScrollbar);
}

}  // namespace

void Shell::DrawSettings() {
  if (std::exchange(open_settings_, false)) {
    ImGui::OpenPopup("settings");
  }
  const ImVec2 size(ui_.Px(380), ui_.Px(236));
  if (!BeginCentred("settings", size)) {
    return;
  }
  const Registry::Scope scope(ui_.registry, "settings");
  const ImVec2 corner = ImGui::GetWindowPos();
  const ImRect outer = ui_.panel;
  ui_.panel = ImRect(corner, {corner.x + size.x, corner.y + size.y});
  ImVec2 at(corner.x + ui_.Px(18), corner.y + ui_.Px(14));
  DrawText(ui_, ui_.fonts.heading, at, ui_.colors().text, "Settings");
  at.y += ui_.Px(36);
  if (Switch(ui_, at, "Dark theme", settings_.dark, true, "")) {
    settings_.dark = !settings_.dark;
  }
  at.y += ui_.Px(40);
  const Stepper stepper{std::round(static_cast<double>(settings_.user_scale) * 100), 70, 250, 10};
  const double percent = StepperRow(ui_, at, "Type size in percent", stepper);
  settings_.user_scale = static_cast<float>(percent / 100);
  at.y += ui_.Px(46);
  const std::string cpu = fmt::format("This window uses {:.1f} % of one core.", own_cpu_);
  DrawText(ui_, ui_.fonts.small, at, ui_.colors().text_soft, cpu);
  at.y += LineHeight(ui_, ui_.fonts.small);
  if (!ui_.fonts.warning.empty()) {
    DrawTextElided(ui_, ui_.fonts.small, at, ui_.colors().warning, ui_.fonts.warning,
                   size.x - ui_.Px(36));
  }
  at.y = corner.y + size.y - ui_.Px(46);
  if (ButtonInRow(ui_, at, "Keys", {.icon = icon::kKeyboard})) {
    open_keys_ = true;
    ImGui::CloseCurrentPopup();
  }
  if (ButtonInRow(ui_, at, "Close")) {
    ImGui::CloseCurrentPopup();
  }
  ui_.panel = outer;
  ImGui::EndPopup();
}

void Shell::DrawKeys() {
  if (std::exchange(open_keys_, false)) {
    ImGui::OpenPopup("keys");
  }
  const float row = LineHeight(ui_, ui_.fonts.mono) + ui_.Px(4);
  const ImVec2 size(ui_.Px(580), ui_.Px(112) + row * static_cast<float>(std::size(kKeys)));
  if (!BeginCentred("keys", size)) {
    return;
  }
  const Registry::Scope scope(ui_.registry, "keys");
  const ImVec2 corner = ImGui::GetWindowPos();
  const ImRect outer = ui_.panel;
  ui_.panel = ImRect(corner, {corner.x + size.x, corner.y + size.y});
  ImVec2 at(corner.x + ui_.Px(18), corner.y + ui_.Px(14));
  DrawText(ui_, ui_.fonts.heading, at, ui_.colors().text, "Keys");
  at.y += ui_.Px(38);
  for (const KeyText& key : kKeys) {
    DrawText(ui_, ui_.fonts.mono, at, ui_.colors().text, key.keys);
    DrawTextElided(ui_, ui_.fonts.body, {at.x + ui_.Px(160), at.y}, ui_.colors().text_soft,
                   key.what, size.x - ui_.Px(190));
    at.y += row;
  }
  at.y += ui_.Px(8);
  if (ButtonInRow(ui_, at, "Close")) {
    ImGui::CloseCurrentPopup();
  }
  ui_.panel = outer;
  ImGui::EndPopup();
}

}  // namespace twelve
