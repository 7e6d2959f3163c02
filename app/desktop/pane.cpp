#include "app/desktop/pane.h"

#include <string>

namespace twelve {

Pane::Pane(Ui& ui, std::string_view name, const ImRect& rect, const Look& look)
    : ui_(ui), outer_panel_(ui.panel), inner_(rect), list_(nullptr), scope_(ui.registry, name) {
  const ImVec2 size(std::max(1.0F, rect.GetWidth()), std::max(1.0F, rect.GetHeight()));
  if (look.frame) {
    // By the parent: a scroll bar is outside of what the child itself may paint.
    compat::Outline(ImGui::GetWindowDrawList(), rect.Min, rect.Max, Ink(ui.colors().line),
                    ui.Px(8));
    ui.frames.push_back(rect);
  }
  ImGui::SetCursorScreenPos(rect.Min);
  int flags = ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav;
  if (!look.scroll) {
    flags |= ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
  }
  ImGui::BeginChild(std::string(name).c_str(), size, false, flags);
  list_ = ImGui::GetWindowDrawList();
  inner_.Expand(ImVec2(-ui.Px(look.padding_x), -ui.Px(look.padding_y)));
  ui.panel = rect;
}

Pane::~Pane() {
  ImGui::EndChild();
  ui_.panel = outer_panel_;
}

}  // namespace twelve
