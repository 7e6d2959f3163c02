#include "app/desktop/widgets/time_axis.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

constexpr float kMergeDistance = 12;  // pixels at scale 1: a shape is 8 wide

}  // namespace

float TimeAxis::X(TimePoint at) const {
  const double range = std::max(1e-9, ToSeconds(to - from));
  return left + static_cast<float>(ToSeconds(at - from) / range) * (right - left);
}

TimePoint TimeAxis::At(float x) const {
  const double part = static_cast<double>(x - left) / std::max(1.0F, right - left);
  return from + std::chrono::duration_cast<Duration>(
                    std::chrono::duration<double>(part * ToSeconds(to - from)));
}

double NiceStep(double range, int steps) {
  const double rough = std::max(range, 1e-9) / std::max(1, steps);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power * 1.0000001) {
      return factor * power;
    }
  }
  return 10 * power;
}

void DrawTimeTicks(Ui& ui, const TimeAxis& axis, float y, bool until_now) {
  const double range = ToSeconds(axis.to - axis.from);
  if (range <= 0) {
    return;
  }
  const int room = std::max(1, static_cast<int>((axis.right - axis.left) / ui.Px(64)));
  const double step = std::max(NiceStep(range, room), 0.01);
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImRect taken(FLT_MAX, 0, FLT_MAX, 0);  // by the label before
  for (int i = 0; i * step <= range + 1e-6; i++) {
    const Duration from_edge =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(i * step));
    const float x = axis.X(until_now ? axis.to - from_edge : axis.from + from_edge);
    list->AddLine({Snap(x), y}, {Snap(x), y + ui.Px(4)}, Ink(ui.colors().edge));
    const std::string label = !until_now ? fmt::format("{:g} s", i * step)
                              : i == 0   ? "now"
                                         : fmt::format("-{:g} s", i * step);
    const float width = TextWidth(ui.fonts.small, label);
    const float left =
        std::clamp(x - width / 2, axis.left - ui.Px(12), std::max(axis.left, axis.right - width));
    const bool free = taken.Min.x == FLT_MAX || left > taken.Max.x + ui.Px(8) ||
                      left + width < taken.Min.x - ui.Px(8);
    if (free) {
      DrawText(ui, ui.fonts.small, {left, y + ui.Px(3)}, ui.colors().text_faint, label);
      taken = ImRect(left, 0, left + width, 0);
    }
  }
}

std::vector<MarkerGroup> GroupMarkers(const Ui& ui, const TimeAxis& axis,
                                      std::span<const Marker> markers) {
  std::vector<const Marker*> sorted;
  for (const Marker& marker : markers) {
    if (axis.Holds(marker.at)) {
      sorted.push_back(&marker);
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Marker* a, const Marker* b) { return a->at < b->at; });
  std::vector<MarkerGroup> groups;
  for (const Marker* marker : sorted) {
    const float x = axis.X(marker->at);
    if (!groups.empty() && x - groups.back().x < ui.Px(kMergeDistance)) {
      groups.back().count++;
      groups.back().trouble |= marker->trouble;
    } else {
      groups.push_back({x, marker->label, 1, marker->trouble});
    }
  }
  return groups;
}

float MarkerStrip(const Ui& ui) {
  return compat::FontSize(ui.fonts.caption) + ui.Px(6);
}

void DrawMarkers(Ui& ui, const TimeAxis& axis, std::span<const Marker> markers, float top,
                 float bottom, bool labels) {
  const std::vector<MarkerGroup> groups = GroupMarkers(ui, axis, markers);
  ImDrawList* list = ImGui::GetWindowDrawList();
  float free_from = axis.left - ui.Px(40);
  for (std::size_t i = 0; i < groups.size(); i++) {
    const MarkerGroup& group = groups[i];
    const Rgb color = group.trouble ? ui.colors().error : ui.colors().text;
    const float x = Snap(group.x);
    const float from = labels ? top - ui.Px(3) : top;
    list->AddLine({x, from}, {x, bottom}, Ink(color, 0.9F), std::max(1.0F, ui.Px(1)));
    list->AddTriangleFilled({x - ui.Px(4), from}, {x + ui.Px(4), from}, {x, from + ui.Px(6)},
                            Ink(color));
    if (!labels) {
      continue;
    }
    std::string text = group.label;
    if (group.count > 1) {
      text += fmt::format(" +{}", group.count - 1);
    }
    const float next = i + 1 < groups.size() ? groups[i + 1].x - ui.Px(8) : axis.right;
    const float want = TextWidth(ui.fonts.caption, text);
    // Right of the line where there is room, else left of it as far as the label before.
    float left = group.x - ui.Px(4);
    if (left + want > next) {
      left = std::max(free_from, next - want);
    }
    if (next - left > ui.Px(16)) {
      left += DrawTextElided(ui, ui.fonts.caption, {left, top - MarkerStrip(ui)}, color, text,
                             next - left);
    }
    free_from = left + ui.Px(8);
  }
}

void DrawCrosshair(Ui& ui, const TimeAxis& axis, const ImRect& plot) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsWindowHovered() && plot.Contains(mouse)) {
    ui.next_crosshair = axis.At(mouse.x);
  }
  if (ui.crosshair && axis.Holds(*ui.crosshair)) {
    const float x = Snap(axis.X(*ui.crosshair));
    ImGui::GetWindowDrawList()->AddLine({x, plot.Min.y}, {x, plot.Max.y},
                                        Ink(ui.colors().text_faint));
  }
}

}  // namespace twelve
