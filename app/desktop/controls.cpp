#include "app/desktop/controls.h"

#include <fmt/core.h>

#include <algorithm>

namespace twelve {
namespace {

struct Skin {
  ImU32 fill;
  Rgb text;
};

Skin SkinOf(const Ui& ui, const ButtonLook& look, bool hovered, bool held) {
  const Palette& p = ui.colors();
  if (!look.enabled) {
    const float alpha = look.kind == ButtonKind::kGhost ? 0.0F : 0.6F;
    return {Ink(p.raised, alpha), p.text_faint};
  }
  switch (look.kind) {
    case ButtonKind::kPlain:
      return {Ink(held ? p.line : hovered ? p.edge : p.raised), p.text};
    case ButtonKind::kPrimary:
      return {Ink(p.accent, held ? 0.75F : hovered ? 0.88F : 1.0F), p.on_accent};
    case ButtonKind::kDanger:
      return hovered ? Skin{Ink(p.error, held ? 0.8F : 1.0F), p.dark ? Rgb{0x14100F} : p.panel}
                     : Skin{Ink(p.raised), p.error};
    case ButtonKind::kGhost:
      return {Ink(p.raised, held ? 0.8F : hovered ? 1.0F : 0.0F), p.text_soft};
    case ButtonKind::kSelected:
      return {Ink(p.raised), p.text};
  }
  return {Ink(p.raised), p.text};
}

float IconWidth(const Ui& ui, const char* icon) {
  return TextWidth(ui.fonts.body, icon);
}

}  // namespace

float ButtonHeight(const Ui& ui) {
  return ui.Px(32);
}

float ButtonWidth(const Ui& ui, std::string_view label, const ButtonLook& look) {
  ImFont* font = look.kind == ButtonKind::kPrimary ? ui.fonts.strong : ui.fonts.body;
  float width = ui.Px(24) + TextWidth(font, label);
  if (look.icon != nullptr) {
    width += IconWidth(ui, look.icon) + (label.empty() ? -ui.Px(6) : ui.Px(8));
  }
  return ImFloor(width);
}

bool Button(Ui& ui, const ImRect& rect, std::string_view label, const ButtonLook& look) {
  const std::string id(look.name.empty() ? label : look.name);
  ImGui::SetCursorScreenPos(rect.Min);
  ImGui::BeginDisabled(!look.enabled);
  const bool pressed = ImGui::InvisibleButton(id.c_str(), rect.GetSize());
  ui.registry.Last(id, false, look.enabled);
  const bool hovered = ImGui::IsItemHovered();
  const Skin skin = SkinOf(ui, look, hovered, ImGui::IsItemActive());
  ImGui::EndDisabled();
  ImDrawList* list = ImGui::GetWindowDrawList();
  if ((skin.fill & IM_COL32_A_MASK) != 0) {
    list->AddRectFilled(rect.Min, rect.Max, skin.fill, ui.Px(6));
  }
  ImFont* font = look.kind == ButtonKind::kPrimary ? ui.fonts.strong : ui.fonts.body;
  const float icon = look.icon == nullptr ? 0 : IconWidth(ui, look.icon);
  const float gap = look.icon == nullptr || label.empty() ? 0 : ui.Px(8);
  const float room = rect.GetWidth() - ui.Px(label.empty() ? 4 : 16);
  const float text = std::min(TextWidth(font, label), std::max(0.0F, room - icon - gap));
  float x =
      look.left ? rect.Min.x + ui.Px(12) : rect.Min.x + (rect.GetWidth() - icon - gap - text) / 2;
  const float y = rect.Min.y + (rect.GetHeight() - compat::FontSize(font)) / 2;
  if (look.icon != nullptr) {
    DrawText(ui, ui.fonts.body, {x, y}, skin.text, look.icon);
    x += icon + gap;
  }
  if (!label.empty()) {
    DrawTextElided(ui, font, {x, y}, skin.text, label, room - icon - gap + 1);
  }
  Tooltip(ui, look.tooltip);
  return pressed && look.enabled;
}

bool ButtonInRow(Ui& ui, ImVec2& at, std::string_view label, const ButtonLook& look) {
  const float width = ButtonWidth(ui, label, look);
  const bool pressed = Button(ui, ImRect(at, {at.x + width, at.y + ButtonHeight(ui)}), label, look);
  at.x += width + ui.Px(8);
  return pressed;
}

float SwitchWidth(const Ui& ui, std::string_view label) {
  return ui.Px(40) + TextWidth(ui.fonts.body, label) + ui.Px(6);
}

bool Switch(Ui& ui, ImVec2 at, std::string_view label, bool on, bool enabled,
            std::string_view tooltip) {
  const Palette& p = ui.colors();
  const ImRect rect(at, {at.x + SwitchWidth(ui, label), at.y + ButtonHeight(ui)});
  const std::string id(label);
  ImGui::SetCursorScreenPos(rect.Min);
  ImGui::BeginDisabled(!enabled);
  const bool pressed = ImGui::InvisibleButton(id.c_str(), rect.GetSize());
  ui.registry.Last(id, false, enabled);
  ui.registry.Value(id, on ? "on" : "off");
  const bool hovered = ImGui::IsItemHovered();
  ImGui::EndDisabled();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float middle = ImFloor(rect.GetCenter().y);
  const ImRect track({at.x, middle - ui.Px(8)}, {at.x + ui.Px(30), middle + ui.Px(8)});
  list->AddRectFilled(track.Min, track.Max,
                      Ink(on        ? p.text_soft
                          : hovered ? p.edge
                                    : p.raised),
                      ui.Px(8));
  if (!on) {
    compat::Outline(list, track.Min, track.Max, Ink(p.text_faint), ui.Px(8));
  }
  list->AddCircleFilled({on ? track.Max.x - ui.Px(8) : track.Min.x + ui.Px(8), middle}, ui.Px(5),
                        Ink(on ? p.panel : p.text_faint), 16);
  DrawText(ui, ui.fonts.body, {at.x + ui.Px(38), middle - compat::FontSize(ui.fonts.body) / 2},
           enabled ? p.text : p.text_faint, label);
  Tooltip(ui, tooltip);
  return pressed && enabled;
}

float StepperWidth(const Ui& ui, std::string_view label, const Stepper& stepper) {
  const float number = TextWidth(ui.fonts.mono, fmt::format("{:g}", stepper.max));
  return TextWidth(ui.fonts.body, label) + ui.Px(8) + number + 2 * ButtonHeight(ui) + ui.Px(20);
}

double StepperRow(Ui& ui, ImVec2 at, std::string_view label, const Stepper& stepper) {
  const Palette& p = ui.colors();
  const Registry::Scope scope(ui.registry, label);
  const std::string id(label);
  ImGui::PushID(id.c_str());
  double value = stepper.value;
  const float height = ButtonHeight(ui);
  const float y = at.y + (height - compat::FontSize(ui.fonts.body)) / 2;
  at.x += DrawText(ui, ui.fonts.body, {at.x, y}, stepper.enabled ? p.text : p.text_faint, label) +
          ui.Px(8);
  const auto button = [&](const char* name, const char* icon, bool enabled) {
    const ImRect rect(at, {at.x + height, at.y + height});
    return Button(ui, rect, "", {.icon = icon, .enabled = enabled, .name = name});
  };
  if (button("less", "\xef\x81\xa8", stepper.enabled && value > stepper.min)) {
    value = std::max(stepper.min, value - stepper.step);
  }
  at.x += height + ui.Px(6);
  const float number = TextWidth(ui.fonts.mono, fmt::format("{:g}", stepper.max));
  const std::string shown = fmt::format("{:g}", stepper.value);
  DrawText(ui, ui.fonts.mono,
           {at.x + (number - TextWidth(ui.fonts.mono, shown)) / 2,
            at.y + (height - compat::FontSize(ui.fonts.mono)) / 2},
           p.text, shown);
  ui.registry.Value("value", shown);
  at.x += number + ui.Px(6);
  if (button("more", "\xef\x81\xa7", stepper.enabled && value < stepper.max)) {
    value = std::min(stepper.max, value + stepper.step);
  }
  ImGui::PopID();
  return value;
}

namespace {

int Resize(ImGuiInputTextCallbackData* data) {
  if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
    auto* text = static_cast<std::string*>(data->UserData);
    text->resize(static_cast<std::size_t>(data->BufTextLen));
    data->Buf = text->data();
  }
  return 0;
}

}  // namespace

bool TextField(Ui& ui, const ImRect& rect, std::string_view name, std::string& text,
               const FieldLook& look) {
  ImFont* font = look.mono ? ui.fonts.mono : ui.fonts.body;
  compat::PushFont(font);
  const float padding = std::max(0.0F, (rect.GetHeight() - compat::FontSize(font)) / 2);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.Px(10), ImFloor(padding)));
  ImGui::SetCursorScreenPos(rect.Min);
  ImGui::SetNextItemWidth(rect.GetWidth());
  const std::string id = "##" + std::string(name);
  int flags = ImGuiInputTextFlags_CallbackResize;
  flags |= look.password ? ImGuiInputTextFlags_Password : 0;
  flags |= look.enter ? ImGuiInputTextFlags_EnterReturnsTrue : 0;
  const bool changed = ImGui::InputTextWithHint(id.c_str(), look.hint, text.data(),
                                                text.capacity() + 1, flags, Resize, &text);
  ui.registry.Last(name, true);
  ui.registry.Value(name, text);
  ImGui::PopStyleVar();
  ImGui::PopFont();
  return changed;
}

float Splitter(Ui& ui, const ImRect& rect, std::string_view name, bool moves_sideways) {
  const std::string id(name);
  ImGui::SetCursorScreenPos(rect.Min);
  ImGui::InvisibleButton(id.c_str(), rect.GetSize());
  ui.registry.Last(id, false, false);
  const bool active = ImGui::IsItemActive();
  if (active || ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(moves_sideways ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const ImVec2 middle = rect.GetCenter();
    const float half = ui.Px(1);
    const ImRect line = moves_sideways
                            ? ImRect(middle.x - half, rect.Min.y, middle.x + half, rect.Max.y)
                            : ImRect(rect.Min.x, middle.y - half, rect.Max.x, middle.y + half);
    ImGui::GetWindowDrawList()->AddRectFilled(line.Min, line.Max, Ink(ui.colors().edge));
  }
  if (!active) {
    return 0;
  }
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  return moves_sideways ? moved.x : moved.y;
}

bool EmptyState(Ui& ui, const ImRect& rect, std::string_view text, std::string_view label,
                const ButtonLook& look) {
  const float width = std::min(rect.GetWidth() - ui.Px(24), ui.Px(460));
  const float height = WrappedHeight(ui, ui.fonts.body, text, width, 3);
  const bool with_button = !label.empty();
  const float total = height + (with_button ? ButtonHeight(ui) + ui.Px(10) : 0);
  float y = std::max(rect.Min.y + ui.Px(4), rect.GetCenter().y - total / 2);
  const float x = rect.GetCenter().x - width / 2;
  const float shown = std::min(width, TextWidth(ui.fonts.body, text));
  const float left =
      height > LineHeight(ui, ui.fonts.body) * 1.5F ? x : rect.GetCenter().x - shown / 2;
  DrawTextWrapped(ui, ui.fonts.body, {left, y}, ui.colors().text_soft, text, width, 3);
  if (!with_button) {
    return false;
  }
  y += height + ui.Px(10);
  const float button = ButtonWidth(ui, label, look);
  const float bx = ImFloor(rect.GetCenter().x - button / 2);
  return Button(ui, ImRect(bx, y, bx + button, y + ButtonHeight(ui)), label, look);
}

}  // namespace twelve
