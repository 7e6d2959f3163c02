#include "app/desktop/widgets/time_series_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace twelve {
namespace {

bool MeansErrors(std::string_view name) {
  return name.find("fail") != std::string_view::npos ||
         name.find("error") != std::string_view::npos || name == "5xx";
}

Rgb SeriesColor(const Palette& palette, const Series& series) {
  if (MeansErrors(series.name)) {
    return palette.error;
  }
  return palette.series[static_cast<std::size_t>(std::clamp(series.slot, 0, 4))];
}

std::string Number(double value) {
  const double size = std::fabs(value);
  return size >= 100 || size == std::floor(size) ? fmt::format("{:.0f}", value)
         : size >= 10                            ? fmt::format("{:.1f}", value)
                                                 : fmt::format("{:.2f}", value);
}

double Highest(const TimeSeries& chart) {
  double highest = 0;
  for (const Series& series : chart.series) {
    for (const auto& [at, value] : series.points) {
      if (at >= chart.from && at <= chart.to) {
        highest = std::max(highest, value);
      }
    }
  }
  return highest;
}

struct Plot {
  TimeAxis axis;
  ImRect rect;
  double top = 1;
  float Y(double value) const {
    return rect.Max.y - static_cast<float>(value / top) * rect.GetHeight();
  }
};

void DrawGrid(Ui& ui, const Plot& plot, const std::string& unit) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const double part : {0.0, 0.5, 1.0}) {
    const float y = Snap(plot.Y(plot.top * part));
    list->AddLine({plot.rect.Min.x, y}, {plot.rect.Max.x, y}, Ink(ui.colors().line));
    const std::string label = part == 1.0 ? Number(plot.top) + " " + unit : Number(plot.top * part);
    DrawTextRight(ui, ui.fonts.small,
                  {plot.rect.Min.x - ui.Px(6), y - compat::FontSize(ui.fonts.small) / 2},
                  ui.colors().text_faint, label);
  }
}

void DrawLine(Ui& ui, const Plot& plot, const Series& series, bool filled) {
  static thread_local std::vector<ImVec2> points;
  points.clear();
  for (const auto& [at, value] : Decimate(series.points, plot.axis)) {
    points.push_back({plot.axis.X(at), plot.Y(value)});
  }
  if (points.size() < 2) {
    return;
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Rgb color = SeriesColor(ui.colors(), series);
  if (filled) {
    for (std::size_t i = 0; i + 1 < points.size(); i++) {
      const ImVec2 quad[4] = {points[i],
                              points[i + 1],
                              {points[i + 1].x, plot.rect.Max.y},
                              {points[i].x, plot.rect.Max.y}};
      list->AddQuadFilled(quad[0], quad[1], quad[2], quad[3], Ink(color, 0.12F));
    }
  }
  compat::Polyline(list, points.data(), static_cast<int>(points.size()), Ink(color),
                   std::max(1.5F, ui.scale * 1.6F));
}

struct EndLabel {
  const Series* series;
  std::string text;
  float y;
};

/// At the line ends, pushed apart so that none covers another.
std::vector<EndLabel> EndLabels(const Ui& ui, const Plot& plot, const TimeSeries& chart) {
  std::vector<EndLabel> labels;
  for (const Series& series : chart.series) {
    if (!series.points.empty()) {
      const double last = series.points.back().second;
      labels.push_back({&series, series.name + " " + Number(last), plot.Y(last)});
    }
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  const float step = compat::FontSize(ui.fonts.small) + ui.Px(1);
  float bottom = plot.rect.Max.y + step / 2;
  for (std::size_t i = labels.size(); i-- > 0;) {
    labels[i].y = std::min(labels[i].y, bottom - step / 2);
    bottom = labels[i].y - step / 2;
  }
  return labels;
}

/// The latest value at or before `at`.
const std::pair<TimePoint, double>* ValueAt(const Series& series, TimePoint at) {
  const auto it = std::upper_bound(series.points.begin(), series.points.end(), at,
                                   [](TimePoint t, const auto& point) { return t < point.first; });
  return it == series.points.begin() ? nullptr : &*std::prev(it);
}

void DrawReadout(Ui& ui, const Plot& plot, const TimeSeries& chart) {
  if (!ui.crosshair || !plot.axis.Holds(*ui.crosshair)) {
    return;
  }
  struct Row {
    const Series* series;
    std::string value;
  };
  std::vector<Row> rows;
  float names = 0;
  float values = 0;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const Series& series : chart.series) {
    if (const auto* point = ValueAt(series, *ui.crosshair)) {
      rows.push_back({&series, Number(point->second)});
      names = std::max(names, TextWidth(ui.fonts.small, series.name));
      values = std::max(values, TextWidth(ui.fonts.mono, rows.back().value));
      list->AddCircleFilled({plot.axis.X(*ui.crosshair), plot.Y(point->second)}, ui.Px(3),
                            Ink(SeriesColor(ui.colors(), series)), 12);
    }
  }
  if (rows.empty()) {
    return;
  }
  const float step = LineHeight(ui, ui.fonts.mono);
  const ImVec2 size(ui.Px(8 + 14 + 12 + 8) + names + values,
                    ui.Px(8) + step * static_cast<float>(rows.size()));
  float x = plot.axis.X(*ui.crosshair) + ui.Px(10);
  if (x + size.x > plot.rect.Max.x) {
    x = std::max(plot.rect.Min.x, x - ui.Px(20) - size.x);
  }
  const ImVec2 a(x, std::max(ui.panel.Min.y + ui.Px(2),
                             std::min(plot.rect.Min.y, ui.panel.Max.y - size.y - ui.Px(4))));
  list->AddRectFilled(a, {a.x + size.x, a.y + size.y}, Ink(ui.colors().raised, 0.97F), ui.Px(6));
  compat::Outline(list, a, {a.x + size.x, a.y + size.y}, Ink(ui.colors().edge), ui.Px(6));
  for (std::size_t i = 0; i < rows.size(); i++) {
    const float y = a.y + ui.Px(4) + static_cast<float>(i) * step;
    list->AddRectFilled({a.x + ui.Px(8), y + step / 2 - ui.Px(3)},
                        {a.x + ui.Px(17), y + step / 2 + ui.Px(1)},
                        Ink(SeriesColor(ui.colors(), *rows[i].series)), ui.Px(1));
    DrawText(ui, ui.fonts.small, {a.x + ui.Px(22), y + ui.Px(1)}, ui.colors().text_soft,
             rows[i].series->name);
    DrawTextRight(ui, ui.fonts.mono, {a.x + size.x - ui.Px(8), y}, ui.colors().text, rows[i].value);
  }
}

}  // namespace

std::vector<std::pair<TimePoint, double>> Decimate(
    const std::vector<std::pair<TimePoint, double>>& points, const TimeAxis& axis) {
  std::vector<std::pair<TimePoint, double>> kept;
  const auto first =
      std::lower_bound(points.begin(), points.end(), axis.from,
                       [](const auto& point, TimePoint at) { return point.first < at; });
  const auto last =
      std::upper_bound(first, points.end(), axis.to,
                       [](TimePoint at, const auto& point) { return at < point.first; });
  const auto columns = static_cast<std::ptrdiff_t>(std::max(1.0F, axis.right - axis.left));
  if (last - first <= columns) {
    kept.assign(first, last);
    return kept;
  }
  for (auto it = first; it != last;) {
    const float column = std::floor(axis.X(it->first));
    auto low = it;
    auto high = it;
    for (; it != last && std::floor(axis.X(it->first)) == column; ++it) {
      low = it->second < low->second ? it : low;
      high = it->second > high->second ? it : high;
    }
    kept.push_back(*std::min(low, high));
    if (low != high) {
      kept.push_back(*std::max(low, high));
    }
  }
  return kept;
}

void DrawTimeSeries(Ui& ui, const ImRect& area, const TimeSeries& chart) {
  const Registry::Scope scope(ui.registry, chart.title);
  DrawTextElided(ui, ui.fonts.caption, area.Min, ui.colors().text_faint, chart.title,
                 area.GetWidth());
  const double highest = Highest(chart);
  Plot plot;
  plot.top = std::max(NiceStep(std::max(highest, 0.01) * 1.05, 2) * 2, 0.01);
  float right = ui.Px(8);
  for (const Series& series : chart.series) {
    const double last = series.points.empty() ? 0 : series.points.back().second;
    right = std::max(right, TextWidth(ui.fonts.small, series.name + " " + Number(last)));
    ui.registry.Value(series.name, Number(last));
  }
  const float left = TextWidth(ui.fonts.small, Number(plot.top) + " " + chart.unit);
  plot.rect = ImRect(area.Min.x + left + ui.Px(8),
                     area.Min.y + compat::FontSize(ui.fonts.caption) + ui.Px(14),
                     area.Max.x - right - ui.Px(8), area.Max.y - ui.Px(8));
  plot.axis = {chart.from, chart.to, plot.rect.Min.x, plot.rect.Max.x};
  if (plot.rect.GetWidth() < ui.Px(40) || plot.rect.GetHeight() < ui.Px(16)) {
    return;
  }
  DrawGrid(ui, plot, chart.unit);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->PushClipRect(plot.rect.Min, {plot.rect.Max.x + 1, plot.rect.Max.y + 1}, true);
  for (std::size_t i = chart.series.size(); i-- > 0;) {
    DrawLine(ui, plot, chart.series[i], i == 0);
  }
  list->PopClipRect();
  for (const EndLabel& label : EndLabels(ui, plot, chart)) {
    DrawText(ui, ui.fonts.small,
             {plot.rect.Max.x + ui.Px(6), label.y - compat::FontSize(ui.fonts.small) / 2},
             SeriesColor(ui.colors(), *label.series), label.text);
  }
  DrawMarkers(ui, plot.axis, chart.markers, plot.rect.Min.y - ui.Px(6), plot.rect.Max.y, false);
  DrawCrosshair(ui, plot.axis, plot.rect);
  DrawReadout(ui, plot, chart);
}

}  // namespace twelve
