#include "app/desktop/ui.h"

namespace twelve {
namespace {

void SetSizes(ImGuiStyle& style) {
  style.WindowPadding = {12, 10};
  style.FramePadding = {10, 6};
  style.ItemSpacing = {8, 6};
  style.ItemInnerSpacing = {6, 4};
  style.CellPadding = {8, 4};
  style.WindowRounding = 0;
  style.ChildRounding = 8;
  style.FrameRounding = 6;
  style.PopupRounding = 8;
  style.ScrollbarRounding = 8;
  style.GrabRounding = 6;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 1;
  style.FrameBorderSize = 0;
  style.PopupBorderSize = 1;
  style.ScrollbarSize = 10;
  style.GrabMinSize = 16;
}

}  // namespace

void ApplyStyle(const Palette& palette, float scale) {
  ImGuiStyle style;  // fresh each time: ScaleAllSizes would add up
  palette.dark ? ImGui::StyleColorsDark(&style) : ImGui::StyleColorsLight(&style);
  SetSizes(style);
  const auto set = [&](int index, Rgb rgb, float alpha = 1) {
    style.Colors[index] = InkVec(rgb, alpha);
  };
  set(ImGuiCol_Text, palette.text);
  set(ImGuiCol_TextDisabled, palette.text_faint);
  set(ImGuiCol_WindowBg, palette.gutter, 0);
  set(ImGuiCol_ChildBg, palette.panel, 0);
  set(ImGuiCol_PopupBg, palette.card);
  set(ImGuiCol_Border, palette.edge);
  set(ImGuiCol_BorderShadow, 0, 0);
  set(ImGuiCol_FrameBg, palette.card);
  set(ImGuiCol_FrameBgHovered, palette.raised);
  set(ImGuiCol_FrameBgActive, palette.raised);
  set(ImGuiCol_ScrollbarBg, palette.panel, 0);
  set(ImGuiCol_ScrollbarGrab, palette.edge, 0.7F);
  set(ImGuiCol_ScrollbarGrabHovered, palette.edge);
  set(ImGuiCol_ScrollbarGrabActive, palette.text_faint);
  set(ImGuiCol_Button, palette.raised);
  set(ImGuiCol_ButtonHovered, palette.edge);
  set(ImGuiCol_ButtonActive, palette.line);
  set(ImGuiCol_ResizeGrip, 0, 0);
  set(ImGuiCol_TextSelectedBg, palette.accent, 0.35F);
  set(compat::kNavCursorColor, palette.accent);
  set(ImGuiCol_ModalWindowDimBg, 0x000000, 0.45F);
  style.ScaleAllSizes(scale);
  ImGui::GetStyle() = style;
}

}  // namespace twelve
