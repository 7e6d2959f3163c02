#include "app/desktop/focus.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace twelve {
namespace {

std::vector<const Registry::Item*> Reachable(const Ui& ui) {
  const std::vector<Registry::Item>& items = ui.registry.items();
  const bool popup = std::any_of(items.begin(), items.end(), [](const auto& i) { return i.popup; });
  std::vector<const Registry::Item*> found;
  for (const Registry::Item& item : items) {
    if (item.focusable && item.id != 0 && item.popup == popup && item.rect.GetWidth() >= 1 &&
        item.rect.GetHeight() >= 1) {
      found.push_back(&item);
    }
  }
  return found;
}

/// How far `to` is from `from` when looking in `direction`; negative if it is not there at all.
float Distance(const ImRect& from, const ImRect& to, Key direction) {
  const ImVec2 a = from.GetCenter();
  const ImVec2 b = to.GetCenter();
  const bool sideways = direction == Key::kLeft || direction == Key::kRight;
  const float along = sideways ? b.x - a.x : b.y - a.y;
  const float across = std::fabs(sideways ? b.y - a.y : b.x - a.x);
  const float forward = direction == Key::kLeft || direction == Key::kUp ? -along : along;
  return forward < 2 ? -1 : forward + across * 3;
}

}  // namespace

void Focus::Step(Ui& ui, int by) {
  const std::vector<const Registry::Item*> items = Reachable(ui);
  if (items.empty()) {
    return;
  }
  const auto count = static_cast<int>(items.size());
  const auto it = std::find_if(items.begin(), items.end(),
                               [&](const auto* item) { return item->path == ui.focus; });
  const int at = it == items.end() ? (by > 0 ? -1 : 0) : static_cast<int>(it - items.begin());
  ui.focus = items[static_cast<std::size_t>((at + by + count) % count)]->path;
}

bool Focus::Move(Ui& ui, Key direction) {
  const Registry::Item* here = ui.registry.Find(ui.focus);
  if (ui.focus.empty() || here == nullptr) {
    return false;
  }
  const Registry::Item* best = nullptr;
  float nearest = 0;
  for (const Registry::Item* item : Reachable(ui)) {
    const float distance = Distance(here->rect, item->rect, direction);
    if (distance >= 0 && (best == nullptr || distance < nearest)) {
      best = item;
      nearest = distance;
    }
  }
  if (best != nullptr) {
    ui.focus = best->path;
  }
  return true;
}

bool Focus::Press(Ui& ui) {
  const Registry::Item* item = ui.focus.empty() ? nullptr : ui.registry.Find(ui.focus);
  if (item == nullptr) {
    return false;
  }
  compat::ActivateForKeyboard(item->id, item->text_field);
  return true;
}

bool Focus::OnKey(Ui& ui, const KeyPress& press) {
  if (press.ctrl) {
    return false;
  }
  if (press.key == Key::kTab) {
    ImGui::ClearActiveID();
    Step(ui, press.shift ? -1 : 1);
    return true;
  }
  if (ImGui::GetIO().WantTextInput) {
    return false;
  }
  switch (press.key) {
    case Key::kLeft:
    case Key::kRight:
    case Key::kUp:
    case Key::kDown:
      return Move(ui, press.key);
    case Key::kEnter:
      return Press(ui);
    case Key::kChar:
      return press.character == U' ' && Press(ui);
    default:
      return false;
  }
}

void Focus::Draw(Ui& ui) const {
  const Registry::Item* item = ui.focus.empty() ? nullptr : ui.registry.Find(ui.focus);
  if (item == nullptr) {
    return;
  }
  ImRect rect = item->rect;
  rect.Expand(ui.Px(2));
  compat::Outline(ImGui::GetForegroundDrawList(), rect.Min, rect.Max, Ink(ui.colors().accent),
                  ui.Px(7), std::max(2.0F, ui.Px(2)));
}

}  // namespace twelve
