#include "app/desktop/views/rail.h"

#include <algorithm>
#include <string>

#include "app/desktop/icons.h"
#include "app/desktop/pane.h"

namespace twelve {
namespace {

/// Two marks at the right end of a row, each with a place of its own.
void DrawMarks(Ui& ui, ImVec2 right, bool learned, const std::optional<bool>& conforms) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = right.y + compat::FontSize(ui.fonts.caption) / 2;
  const float book = right.x - ui.Px(30);
  const char* mark = learned ? icon::kCheck : nullptr;
  if (mark != nullptr) {
    DrawText(ui, ui.fonts.caption, {book - ui.Px(2), right.y}, p.text, mark);
  } else {
    list->AddLine({book, y}, {book + ui.Px(8), y}, Ink(p.edge), ui.Px(2));
  }
  const ImVec2 at(right.x - ui.Px(6), y);
  if (!conforms) {
    list->AddCircle(at, ui.Px(4.5F), Ink(p.edge), 16, ui.Px(1.6F));
  } else if (*conforms) {
    list->AddCircleFilled(at, ui.Px(5), Ink(p.text), 16);
  } else {
    list->AddTriangleFilled({at.x, at.y - ui.Px(5)}, {at.x + ui.Px(5.5F), at.y + ui.Px(4.5F)},
                            {at.x - ui.Px(5.5F), at.y + ui.Px(4.5F)}, Ink(p.error));
  }
}

std::string MarksText(bool learned, const std::optional<bool>& conforms) {
  std::string text = learned ? "Learned" : "Not learned yet";
  text += conforms ? (*conforms ? ", your service conforms" : ", your service does not conform")
                   : ", your service was not checked";
  return text;
}

}  // namespace

float RailWidth(const Ui& ui) {
  return ui.Px(124);
}

std::optional<int> DrawRail(Ui& ui, WindowModel& model, const Progress& progress, int current,
                            const ImRect& area) {
  const Pane pane(ui, "rail", area);
  const Palette& p = ui.colors();
  std::optional<int> chosen;
  const float gap = ui.Px(4);
  const float row = std::min(ui.Px(72), ImFloor((area.GetHeight() - gap) / 12));
  float y = area.Min.y + gap / 2;
  for (const Factor& factor : model.Factors()) {
    const ImRect rect({area.Min.x + gap, y + gap / 2}, {area.Max.x - gap, y + row - gap / 2});
    const std::string name(factor.title);
    ImGui::SetCursorScreenPos(rect.Min);
    if (ImGui::InvisibleButton(name.c_str(), rect.GetSize())) {
      chosen = factor.number;
    }
    ui.registry.Last(name);
    const bool here = factor.number == current;
    const bool hovered = ImGui::IsItemHovered();
    const auto index = static_cast<std::size_t>(factor.number);
    if (hovered || here) {
      pane.list()->AddRectFilled(rect.Min, rect.Max, Ink(here ? p.raised : p.card), ui.Px(6));
    }
    if (here) {
      pane.list()->AddRectFilled({rect.Min.x, rect.Min.y + ui.Px(6)},
                                 {rect.Min.x + ui.Px(3), rect.Max.y - ui.Px(6)}, Ink(p.accent));
    }
    const float x = rect.Min.x + ui.Px(9);
    const float width = rect.Max.x - ui.Px(4) - x;
    const float text_height = compat::FontSize(ui.fonts.caption) + ui.Px(2) +
                              WrappedHeight(ui, ui.fonts.small, factor.title, width, 2, 1);
    const float top = rect.Min.y + std::max(0.0F, (rect.GetHeight() - text_height) / 2);
    DrawText(ui, ui.fonts.caption, {x, top}, here ? p.text : p.text_faint, factor.numeral);
    DrawMarks(ui, {rect.Max.x - ui.Px(4), top}, progress.learned[index], progress.conforms[index]);
    DrawTextWrapped(ui, ui.fonts.small, {x, top + compat::FontSize(ui.fonts.caption) + ui.Px(2)},
                    here ? p.text : p.text_soft, factor.title, width, 2, 1);
    Tooltip(ui, MarksText(progress.learned[index], progress.conforms[index]));
    y += row;
  }
  const float line = compat::FontSize(ui.fonts.small) + ui.Px(3);
  if (area.Max.y - y > 2 * line + ui.Px(8)) {
    const float x = area.Min.x + ui.Px(13);
    const float top = area.Max.y - 2 * line - ui.Px(4);
    DrawText(ui, ui.fonts.small, {x, top}, p.text_faint, icon::kCheck);
    DrawText(ui, ui.fonts.small, {x + ui.Px(20), top}, p.text_faint, "learned");
    pane.list()->AddCircle({x + ui.Px(6), top + line * 1.5F - ui.Px(1)}, ui.Px(4.5F),
                           Ink(p.text_faint), 16, ui.Px(1.6F));
    DrawText(ui, ui.fonts.small, {x + ui.Px(20), top + line}, p.text_faint, "conforms");
  }
  return chosen;
}

}  // namespace twelve
