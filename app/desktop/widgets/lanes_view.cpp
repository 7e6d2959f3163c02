#include "app/desktop/widgets/lanes_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace twelve {
namespace {

constexpr int kMaxRows = 6;  // a bar must stay high enough to be seen

struct LaneFrame {
  TimeAxis axis;
  ImRect rect;
  bool labelled = true;  // lanes lower than their names name only every other, or fewer
};

void DrawStates(Ui& ui, const LaneFrame& frame, const Lane& lane, TimePoint until) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float y = frame.rect.Max.y - ui.Px(2);
  float last_shape = -1e9F;
  for (std::size_t i = 0; i < lane.states.size(); i++) {
    const StateChange& change = lane.states[i];
    const TimePoint end =
        i + 1 < lane.states.size() ? lane.states[i + 1].at : lane.end.value_or(until);
    const float x0 = std::clamp(frame.axis.X(change.at), frame.rect.Min.x, frame.rect.Max.x);
    const float x1 = std::clamp(frame.axis.X(end), frame.rect.Min.x, frame.rect.Max.x);
    if (x1 > x0) {
      list->AddRectFilled({x0, y - ui.Px(1)}, {x1, y + ui.Px(2)},
                          Ink(StateColor(ui.colors(), change.state)));
    }
    const bool inside = frame.axis.Holds(change.at);
    if (inside && change.state != ProcessState::kStarting && x0 - last_shape > ui.Px(12)) {
      DrawStateShape(ui, {x0, y}, ui.Px(4.5F), change.state);
      last_shape = x0;
    }
  }
}

void DrawCut(Ui& ui, ImVec2 at, float half, Rgb color) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float arm = std::min(half, ui.Px(4));
  list->AddLine({at.x - arm, at.y - arm}, {at.x + arm, at.y + arm}, Ink(color), ui.Px(2));
  list->AddLine({at.x - arm, at.y + arm}, {at.x + arm, at.y - arm}, Ink(color), ui.Px(2));
}

void DescribeBar(Ui& ui, const Lane& lane, const LaneBar& bar) {
  ImGui::BeginTooltip();
  compat::PushFont(ui.fonts.small);
  const std::string text =
      bar.running ? fmt::format("{}: in flight for {:.0f} ms", lane.name, ToMs(bar.end - bar.begin))
                  : fmt::format("{}: {} after {:.0f} ms", lane.name, OutcomeWord(bar.outcome),
                                ToMs(bar.end - bar.begin));
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopFont();
  ImGui::EndTooltip();
}

void DrawBars(Ui& ui, const LaneFrame& frame, const Lane& lane) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const PackedBars packed = PackBars(lane.bars, kMaxRows);
  const float room = std::max(frame.rect.GetHeight() - ui.Px(9), 2.0F);
  const float pitch = room / static_cast<float>(packed.count);
  const float high = std::clamp(pitch - std::max(1.0F, ui.Px(1)), 2.0F, ui.Px(24));
  const Rgb ok = TypeColor(ui.colors(), lane.name);
  std::array<float, kMaxRows> painted_to;
  painted_to.fill(-1e9F);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  bool hovered = ImGui::IsWindowHovered() && frame.rect.Contains(mouse);
  for (std::size_t i = 0; i < lane.bars.size(); i++) {
    const LaneBar& bar = lane.bars[i];
    if (bar.end < frame.axis.from || bar.begin > frame.axis.to) {
      continue;
    }
    const auto row = static_cast<std::size_t>(packed.rows[i]);
    const float x0 = std::max(frame.axis.X(bar.begin), frame.rect.Min.x);
    const float x1 = std::min(std::max(frame.axis.X(bar.end), x0 + 2), frame.rect.Max.x);
    const bool failed = !bar.running && Failed(bar.outcome);
    const float y0 = ImFloor(frame.rect.Min.y + ui.Px(3) + static_cast<float>(row) * pitch);
    if (hovered && ImRect(x0 - 1, y0, x1 + 1, y0 + pitch).Contains(mouse)) {
      DescribeBar(ui, lane, bar);
      hovered = false;  // one is enough
    }
    if (!failed && x1 - painted_to[row] < 1) {
      continue;  // this pixel is full already
    }
    painted_to[row] = std::max(painted_to[row], x1);
    const ImVec2 a(x0, y0);
    const ImVec2 b(std::max(x1 - 1, x0 + 1), y0 + high);
    if (bar.running) {
      compat::Outline(list, a, b, Ink(ok, 0.9F));
    } else {
      list->AddRectFilled(a, b, Ink(failed ? ui.colors().error : ok, failed ? 1.0F : 0.72F));
      if (failed) {
        DrawCut(ui, {b.x, (a.y + b.y) / 2}, std::max(high / 2, ui.Px(3)), ui.colors().error);
      }
    }
  }
}

std::size_t CountFailed(const Lane& lane) {
  return static_cast<std::size_t>(
      std::count_if(lane.bars.begin(), lane.bars.end(),
                    [](const LaneBar& bar) { return !bar.running && Failed(bar.outcome); }));
}

void DrawLane(Ui& ui, const LaneFrame& frame, const Lane& lane, const Lanes& lanes, float label) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float middle = frame.rect.GetCenter().y - compat::FontSize(ui.fonts.strong) / 2;
  if (frame.labelled) {
    DrawTextElided(ui, ui.fonts.strong, {frame.rect.Min.x - label, middle},
                   TypeColor(ui.colors(), lane.name), lane.name, label - ui.Px(6));
  }
  std::optional<TimePoint> begin = lane.begin;
  if (!begin && !lane.states.empty()) {
    begin = lane.states.front().at;
  }
  const float x0 = begin ? std::max(frame.axis.X(*begin), frame.rect.Min.x) : frame.rect.Min.x;
  const float x1 = std::min(frame.axis.X(lane.end.value_or(lanes.to)), frame.rect.Max.x);
  if (x1 > x0) {
    list->AddRectFilled({x0, frame.rect.Min.y}, {x1, frame.rect.Max.y}, Ink(ui.colors().card),
                        ui.Px(3));
  }
  list->PushClipRect({frame.rect.Min.x, frame.rect.Min.y - ui.Px(4)},
                     {frame.rect.Max.x, frame.rect.Max.y + ui.Px(4)}, true);
  DrawBars(ui, frame, lane);
  DrawStates(ui, frame, lane, lanes.to);
  list->PopClipRect();
  const std::size_t failed = CountFailed(lane);
  ui.registry.Value(lane.name + "/requests", std::to_string(lane.bars.size()));
  ui.registry.Value(lane.name + "/failed", std::to_string(failed));
  if (failed > 0 && frame.labelled) {
    DrawText(ui, ui.fonts.caption, {frame.rect.Max.x + ui.Px(6), middle}, ui.colors().error,
             fmt::format("{} failed", failed));
  }
}

}  // namespace

std::string_view OutcomeWord(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "answered";
    case Outcome::kClientError:
      return "answered 4xx";
    case Outcome::kServerError:
      return "answered 5xx";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kConnectTimeout:
      return "no connection";
    case Outcome::kReset:
      return "reset";
    case Outcome::kCut:
      return "cut off";
    case Outcome::kTimeout:
      return "timed out";
    case Outcome::kNoTarget:
      return "no process was ready";
    case Outcome::kNotSent:
      return "not sent";
  }
  return "";
}

PackedBars PackBars(const std::vector<LaneBar>& bars, int max_rows) {
  PackedBars packed;
  packed.rows.assign(bars.size(), 0);
  std::vector<std::size_t> order(bars.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto earlier = [&](std::size_t a, std::size_t b) { return bars[a].begin < bars[b].begin; };
  if (!std::is_sorted(order.begin(), order.end(), earlier)) {
    std::stable_sort(order.begin(), order.end(), earlier);
  }
  std::vector<TimePoint> free_at(static_cast<std::size_t>(std::max(1, max_rows)));
  for (const std::size_t i : order) {
    auto row = std::find_if(free_at.begin(), free_at.end(),
                            [&](TimePoint at) { return at <= bars[i].begin; });
    if (row == free_at.end()) {
      row = std::min_element(free_at.begin(), free_at.end());
    }
    *row = std::max(*row, bars[i].end);
    packed.rows[i] = static_cast<int>(row - free_at.begin());
    packed.count = std::max(packed.count, packed.rows[i] + 1);
  }
  return packed;
}

bool AnyFailed(const Lanes& lanes) {
  return std::any_of(lanes.lanes.begin(), lanes.lanes.end(),
                     [](const Lane& lane) { return CountFailed(lane) > 0; });
}

void DrawLanes(Ui& ui, const ImRect& area, const Lanes& lanes, const LanesLook& look) {
  if (lanes.lanes.empty() || area.GetHeight() < ui.Px(40)) {
    DrawText(ui, ui.fonts.body, area.Min, ui.colors().text_soft, "No request yet.");
    return;
  }
  float label = 0;
  for (const Lane& lane : lanes.lanes) {
    label = std::max(label, TextWidth(ui.fonts.strong, lane.name));
  }
  label = std::min(label, ui.Px(110)) + ui.Px(10);
  const float right = look.room_for_failed || AnyFailed(lanes)
                          ? TextWidth(ui.fonts.caption, "000 failed") + ui.Px(8)
                          : ui.Px(4);
  TimeAxis axis{lanes.from, lanes.from + look.span, area.Min.x + label, area.Max.x - right};
  const float axis_height = compat::FontSize(ui.fonts.small) + ui.Px(6);
  const float top = area.Min.y + MarkerStrip(ui);
  const float bottom = area.Max.y - axis_height;
  const auto count = static_cast<float>(lanes.lanes.size());
  const float pitch = std::min((bottom - top) / count, ui.Px(120));
  const auto every = static_cast<std::size_t>(
      std::max(1.0F, std::ceil(compat::FontSize(ui.fonts.strong) / std::max(pitch, 1.0F))));
  const float gap = std::min(ui.Px(5), pitch * 0.2F);
  for (std::size_t i = 0; i < lanes.lanes.size(); i++) {
    const float y = ImFloor(top + static_cast<float>(i) * pitch);
    const ImRect rect(axis.left, y, axis.right, ImFloor(y + pitch - gap));
    DrawLane(ui, {axis, rect, i % every == 0}, lanes.lanes[i], lanes, label);
  }
  const float end = ImFloor(top + count * pitch);
  DrawTimeTicks(ui, axis, end, look.until_now);
  DrawMarkers(ui, axis, lanes.markers, top, end, true);
  DrawCrosshair(ui, axis, ImRect(axis.left, top, axis.right, end));
}

}  // namespace twelve
