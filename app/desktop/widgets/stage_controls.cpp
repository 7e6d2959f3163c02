#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/widgets/stage_view.h"

namespace twelve {
namespace {

/// A button of the row below the cards that sends one signal.
void SignalButton(Ui& ui, ImVec2& at, float right, std::string_view label, const ButtonLook& look,
                  const Action& action, Actions& actions) {
  if (at.x + ButtonWidth(ui, label, look) <= right && ButtonInRow(ui, at, label, look)) {
    actions.push_back(action);
  }
}

}  // namespace

void StageView::DrawSelected(const ImRect& area, Actions& actions) {
  const auto it = std::find_if(stage_.cards.begin(), stage_.cards.end(), [&](const auto& card) {
    return card.status.name == state_.selected;
  });
  const float text_y = area.Min.y + (area.GetHeight() - compat::FontSize(ui_.fonts.small)) / 2;
  if (it == stage_.cards.end()) {
    DrawTextElided(
        ui_, ui_.fonts.small, {area.Min.x, text_y}, ui_.colors().text_faint,
        stage_.cards.empty() ? "No process runs." : "Click a process to stop, pause or kill it.",
        area.GetWidth());
    return;
  }
  const Registry::Scope scope(ui_.registry, "selected");
  const ProcessStatus& status = it->status;
  std::string about = status.name;
  if (status.pid != 0) {
    about += fmt::format("  pid {}", status.pid);
  }
  if (status.port != 0) {
    about += fmt::format("  port {}", status.port);
  }
  ui_.registry.Value("about", about);
  ImVec2 at(area.Min.x, area.Min.y);
  at.x +=
      DrawTextElided(ui_, ui_.fonts.mono, {at.x, text_y - ui_.Px(1)},
                     TypeColor(ui_.colors(), status.type), about, area.GetWidth() - ui_.Px(120)) +
      ui_.Px(12);
  const bool alive = status.alive();
  const std::string& name = status.name;
  SignalButton(ui_, at, area.Max.x, "SIGTERM",
               {.icon = icon::kStop, .enabled = alive, .tooltip = "Ask it to end (t)"},
               {"signal", name, "TERM"}, actions);
  SignalButton(ui_, at, area.Max.x, "SIGKILL",
               {.kind = ButtonKind::kDanger,
                .icon = icon::kClose,
                .enabled = alive,
                .tooltip = "End it at once; it cannot react (k)"},
               {"signal", name, "KILL"}, actions);
  SignalButton(ui_, at, area.Max.x, status.paused ? "Continue" : "Pause",
               {.icon = status.paused ? icon::kPlay : icon::kPause,
                .enabled = alive,
                .tooltip = status.paused ? "SIGCONT" : "SIGSTOP: it lives and answers nothing",
                .name = "pause"},
               {"signal", name, status.paused ? "CONT" : "STOP"}, actions);
  SignalButton(ui_, at, area.Max.x, "Restart",
               {.icon = icon::kRefresh, .tooltip = "Stop it and start it again (r)"},
               {"relaunch", name, ""}, actions);
  if (!status.reason.empty() && area.Max.x - at.x > ui_.Px(80)) {
    DrawTextElided(ui_, ui_.fonts.small, {at.x, text_y}, ui_.colors().text_soft, status.reason,
                   area.Max.x - at.x);
  }
}

void StageView::DrawControls(const ImRect& area, Actions& actions) {
  const Registry::Scope scope(ui_.registry, "controls");
  ImVec2 at = area.Min;
  const auto place = [&](float want) {
    if (at.x > area.Min.x && at.x + want > area.Max.x) {
      at = ImVec2(area.Min.x, at.y + ButtonHeight(ui_) + ui_.Px(4));
    }
  };
  int index = 0;
  for (const ControlView& control : controls_) {
    const bool per_process =
        std::any_of(stage_.cards.begin(), stage_.cards.end(), [&](const ProcessCard& card) {
          return !control.target.empty() && card.status.name == control.target;
        });
    ImGui::PushID(index++);
    float width = 0;
    if (!per_process && control.kind == ControlView::Kind::kSwitch) {
      width = SwitchWidth(ui_, control.label);
      place(width);
      if (Switch(ui_, at, control.label, control.value != 0, control.enabled, control.help)) {
        actions.push_back({control.id, control.target, control.value != 0 ? "off" : "on"});
      }
    } else if (!per_process && control.kind == ControlView::Kind::kNumber) {
      Stepper stepper{control.value, control.min, control.max, 1, control.enabled};
      stepper.step = control.max - control.min > 50 ? 10 : 1;
      width = StepperWidth(ui_, control.label, stepper);
      place(width);
      const double value = StepperRow(ui_, at, control.label, stepper);
      if (value != control.value) {
        actions.push_back({control.id, control.target, fmt::format("{:g}", value)});
      }
    } else if (!per_process) {
      const ButtonLook look{.kind = control.destructive ? ButtonKind::kDanger : ButtonKind::kPlain,
                            .enabled = control.enabled,
                            .tooltip = control.help};
      width = ButtonWidth(ui_, control.label, look);
      place(width);
      ImVec2 button = at;
      if (ButtonInRow(ui_, button, control.label, look)) {
        actions.push_back({control.id, control.target, ""});
      }
    }
    at.x += width > 0 ? width + ui_.Px(16) : 0;
    ImGui::PopID();
  }
}

}  // namespace twelve
