#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/desktop/widgets/panel_views.h"
#include "app/desktop/widgets/time_axis.h"

namespace twelve {
namespace {

std::string Number(double value) {
  const double size = std::fabs(value);
  return size >= 100 || size == std::floor(size) ? fmt::format("{:.0f}", value)
         : size >= 10                            ? fmt::format("{:.1f}", value)
                                                 : fmt::format("{:.2f}", value);
}

/// Values to pixels, on two axes that begin at 0.
struct Plot {
  ImRect rect;
  double right = 1, top = 1;

  float X(double value) const {
    return rect.Min.x + static_cast<float>(value / right) * rect.GetWidth();
  }
  float Y(double value) const {
    return rect.Max.y - static_cast<float>(value / top) * rect.GetHeight();
  }
};

/// The next round number at or above `value`.
double RoundUp(double value, int steps) {
  if (value <= 0) {
    return 1;
  }
  const double step = NiceStep(value, steps);
  return std::ceil(value / step - 1e-9) * step;
}

Plot MakePlot(const Ui& ui, const ImRect& area, double right, double top) {
  const float axis = TextWidth(ui.fonts.small, "00,000") + ui.Px(10);
  return {ImRect({area.Min.x + axis, area.Min.y + ui.Px(8)},
                 {area.Max.x - ui.Px(12), area.Max.y - LineHeight(ui, ui.fonts.small) - ui.Px(4)}),
          right, top};
}

void DrawAxes(Ui& ui, const Plot& plot, const std::string& x_label) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = ui.colors();
  const float line = LineHeight(ui, ui.fonts.small);
  const int lines = std::clamp(static_cast<int>(plot.rect.GetHeight() / (line * 1.6F)), 1, 5);
  const double y_step = NiceStep(plot.top, lines);
  for (double value = 0; value <= plot.top * 1.0001; value += y_step) {
    const float y = Snap(plot.Y(value));
    list->AddLine({plot.rect.Min.x, y}, {plot.rect.Max.x, y}, Ink(p.line));
    DrawTextRight(ui, ui.fonts.small,
                  {plot.rect.Min.x - ui.Px(6), y - compat::FontSize(ui.fonts.small) / 2},
                  p.text_faint, Number(value));
  }
  const float label = TextWidth(ui.fonts.small, x_label);
  // Most of what is varied is counted: processes, connections.
  const double x_step =
      plot.right >= 3 ? std::max(1.0, NiceStep(plot.right, 8)) : NiceStep(plot.right, 8);
  for (double value = 0; value <= plot.right * 1.0001; value += x_step) {
    const std::string text = Number(value);
    const float width = TextWidth(ui.fonts.small, text);
    const float x = plot.X(value) - width / 2;
    if (x + width < plot.rect.Max.x - label - ui.Px(8)) {
      DrawText(ui, ui.fonts.small, {x, plot.rect.Max.y + ui.Px(3)}, p.text_faint, text);
    }
  }
  DrawTextRight(ui, ui.fonts.small, {plot.rect.Max.x, plot.rect.Max.y + ui.Px(3)}, p.text_soft,
                x_label);
}

Rgb LineColor(const Ui& ui, const Curve::Line& line) {
  return ui.colors().series[static_cast<std::size_t>(std::clamp(line.slot, 0, 4))];
}

void DrawCurveLine(Ui& ui, const Plot& plot, const Curve::Line& line) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 ink = Ink(LineColor(ui, line));
  std::vector<ImVec2> points;
  for (const auto& [x, y] : line.points) {
    points.push_back({plot.X(x), plot.Y(y)});
  }
  if (line.dots) {
    for (const ImVec2& point : points) {
      list->AddCircleFilled(point, ui.Px(4), ink, 16);
    }
    return;
  }
  const float thick = std::max(1.5F, ui.scale * 1.6F);
  const float dash = ui.Px(6);
  for (std::size_t i = 0; i + 1 < points.size(); i++) {
    const ImVec2 a = points[i], b = points[i + 1];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    const float step = line.dashed ? dash : std::max(1.0F, length);
    for (float at = 0; at < length; at += line.dashed ? 2 * step : step) {
      const float to = std::min(at + step, length);
      list->AddLine({a.x + (b.x - a.x) * at / length, a.y + (b.y - a.y) * at / length},
                    {a.x + (b.x - a.x) * to / length, a.y + (b.y - a.y) * to / length}, ink, thick);
    }
  }
}

/// One row per line: its mark and its name.
float DrawLegend(Ui& ui, ImVec2 at, float width, const Curve& curve) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = at.x;
  for (const Curve::Line& line : curve.lines) {
    const float wanted = TextWidth(ui.fonts.small, line.name) + ui.Px(38);
    if (x + wanted > at.x + width) {
      break;
    }
    const float middle = at.y + compat::FontSize(ui.fonts.small) / 2;
    const ImU32 ink = Ink(LineColor(ui, line));
    if (line.dots) {
      list->AddCircleFilled({x + ui.Px(8), middle}, ui.Px(4), ink, 16);
    } else if (line.dashed) {
      list->AddLine({x, middle}, {x + ui.Px(6), middle}, ink, 2);
      list->AddLine({x + ui.Px(10), middle}, {x + ui.Px(16), middle}, ink, 2);
    } else {
      list->AddLine({x, middle}, {x + ui.Px(16), middle}, ink, 2);
    }
    DrawText(ui, ui.fonts.small, {x + ui.Px(22), at.y}, ui.colors().text_soft, line.name);
    x += wanted;
  }
  return LineHeight(ui, ui.fonts.small) + ui.Px(2);
}

/// What the mouse draws: kept while the button is down, posted when it is let go.
void TakeGuess(Ui& ui, const Plot& plot, const Curve& curve, Actions& actions) {
  static thread_local std::vector<std::pair<double, double>> guess;
  ImGui::SetCursorScreenPos(plot.rect.Min);
  (void)ImGui::InvisibleButton("guess", plot.rect.GetSize());
  ui.registry.Last("guess", false, false);
  Tooltip(ui, "Draw what you expect");
  if (ImGui::IsItemActive()) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const double x = plot.right * (mouse.x - plot.rect.Min.x) / plot.rect.GetWidth();
    const double y = plot.top * (plot.rect.Max.y - mouse.y) / plot.rect.GetHeight();
    if (guess.empty() || x > guess.back().first) {
      guess.emplace_back(std::clamp(x, 0.0, plot.right), std::clamp(y, 0.0, plot.top));
    }
    Curve::Line line{"", 4, guess, false, false};
    DrawCurveLine(ui, plot, line);
    ui.animating = true;
  }
  if (ImGui::IsItemDeactivated() && !guess.empty()) {
    std::string value;
    for (const auto& [x, y] : guess) {
      value += fmt::format("{}{:.3f}:{:.3f}", value.empty() ? "" : ",", x, y);
    }
    actions.push_back({curve.draw_action, "", value});
    guess.clear();
  }
}

}  // namespace

void DrawHistogram(Ui& ui, const ImRect& area, const Histogram& histogram) {
  const Palette& p = ui.colors();
  if (histogram.values.empty()) {
    DrawTextElided(ui, ui.fonts.body, area.Min, p.text_soft, "Nothing measured yet.",
                   area.GetWidth());
    return;
  }
  const double most = *std::max_element(histogram.values.begin(), histogram.values.end());
  const double right = RoundUp(std::max(most, histogram.limit.value_or(0)) * 1.02, 8);
  constexpr std::size_t kBins = 24;
  std::vector<int> bins(kBins, 0);
  for (const double value : histogram.values) {
    const double place = value / right * static_cast<double>(kBins);
    ++bins[std::min(kBins - 1, static_cast<std::size_t>(std::max(0.0, place)))];
  }
  const int highest = *std::max_element(bins.begin(), bins.end());
  const Plot plot = MakePlot(ui, area, right, RoundUp(highest, 4));
  DrawAxes(ui, plot, histogram.unit);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < kBins; i++) {
    if (bins[i] > 0) {
      const double width = right / static_cast<double>(kBins);
      const ImVec2 a(plot.X(width * static_cast<double>(i)) + 1, plot.Y(bins[i]));
      const ImVec2 b(plot.X(width * static_cast<double>(i + 1)) - 1, plot.rect.Max.y);
      list->AddRectFilled(a, b, Ink(p.series[0]));
    }
  }
  if (histogram.limit) {
    const float x = Snap(plot.X(*histogram.limit));
    DrawDashed(list, {x, plot.rect.Min.y}, plot.rect.Max.y, Ink(p.error), ui.Px(4));
    DrawTextRight(ui, ui.fonts.small, {x - ui.Px(4), plot.rect.Min.y}, p.error,
                  histogram.limit_label);
  }
}

void DrawCurve(Ui& ui, const ImRect& area, const Curve& curve, Actions& actions) {
  double right = curve.x_max, top = curve.y_max;
  for (const Curve::Line& line : curve.lines) {
    for (const auto& [x, y] : line.points) {
      right = std::max(right, x);
      top = std::max(top, y);
    }
  }
  ImVec2 at = area.Min;
  DrawTextElided(ui, ui.fonts.small, at, ui.colors().text_soft, curve.y_label,
                 area.GetWidth() * 0.4F);
  const float label = std::min(area.GetWidth() * 0.4F, TextWidth(ui.fonts.small, curve.y_label));
  at.x += label + ui.Px(16);
  at.y += DrawLegend(ui, at, area.Max.x - at.x, curve);
  ImRect rest({area.Min.x, at.y}, area.Max);
  if (!curve.note.empty()) {
    rest.Max.y -= LineHeight(ui, ui.fonts.small);
    DrawTextElided(ui, ui.fonts.small, {area.Min.x, rest.Max.y + ui.Px(2)}, ui.colors().text_soft,
                   curve.note, area.GetWidth());
  }
  const Plot plot = MakePlot(ui, rest, RoundUp(right, 8), RoundUp(top, 4));
  DrawAxes(ui, plot, curve.x_label);
  for (const Curve::Line& line : curve.lines) {
    DrawCurveLine(ui, plot, line);
  }
  if (!curve.draw_action.empty()) {
    TakeGuess(ui, plot, curve, actions);
  }
}

void DrawWaterfall(Ui& ui, const ImRect& area, const Waterfall& waterfall) {
  const Palette& p = ui.colors();
  if (waterfall.rows.empty()) {
    DrawTextElided(ui, ui.fonts.body, area.Min, p.text_soft, "No trace yet.", area.GetWidth());
    return;
  }
  const float names = area.GetWidth() * 0.34F;
  const TimeAxis axis{waterfall.from, waterfall.to, area.Min.x + names, area.Max.x - ui.Px(70)};
  const float step = LineHeight(ui, ui.fonts.mono) + ui.Px(6);
  ImVec2 at = area.Min;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float bottom = area.Max.y - LineHeight(ui, ui.fonts.small) - ui.Px(4);
  for (const Waterfall::Row& row : waterfall.rows) {
    if (at.y + step > bottom) {
      break;
    }
    const float indent = ui.Px(14) * static_cast<float>(row.depth);
    const float name =
        DrawText(ui, ui.fonts.mono, {at.x + indent, at.y}, TypeColor(p, row.process), row.process) +
        ui.Px(8);
    DrawTextElided(ui, ui.fonts.small, {at.x + indent + name, at.y + ui.Px(1)}, p.text_soft,
                   row.name, names - indent - name - ui.Px(8));
    const float left = axis.X(row.begin);
    const float right = std::max(left + 2, axis.X(row.end));
    list->AddRectFilled({left, at.y + ui.Px(3)}, {right, at.y + step - ui.Px(5)},
                        Ink(row.trouble ? p.error : TypeColor(p, row.process)), ui.Px(2));
    DrawText(ui, ui.fonts.small, {right + ui.Px(4), at.y + ui.Px(1)}, p.text_faint,
             fmt::format("{:.1f} ms", ToMs(row.end - row.begin)));
    at.y += step;
  }
  DrawTimeTicks(ui, axis, bottom);
}

}  // namespace twelve
