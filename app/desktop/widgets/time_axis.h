#pragma once

#include <span>
#include <vector>

#include "app/desktop/draw.h"
#include "factors/scene.h"

namespace twelve {

/// Moments to the left and right edge of a plot, and back.
struct TimeAxis {
  TimePoint from, to;
  float left = 0, right = 0;

  float X(TimePoint at) const;
  TimePoint At(float x) const;
  bool Holds(TimePoint at) const { return at >= from && at <= to; }
};

/// 1, 2 or 5 times a power of ten, so that `range` has at most `steps` of them.
double NiceStep(double range, int steps);

/// Ticks with their labels below `y`: "4 s" after the left edge, or "-4 s" before the right one,
/// which is "now".
void DrawTimeTicks(Ui& ui, const TimeAxis& axis, float y, bool until_now = false);

/// Markers that are closer than 12 px become one with a count; a label that has no room is cut.
struct MarkerGroup {
  float x = 0;
  std::string label;
  int count = 1;
  bool trouble = false;
};
std::vector<MarkerGroup> GroupMarkers(const Ui& ui, const TimeAxis& axis,
                                      std::span<const Marker> markers);
/// Lines from `top` to `bottom`; labels above `top` in a strip that is MarkerStrip() high.
void DrawMarkers(Ui& ui, const TimeAxis& axis, std::span<const Marker> markers, float top,
                 float bottom, bool labels);
float MarkerStrip(const Ui& ui);

/// The line under the mouse, shared by all plots of the window; notes a new one if the mouse is in
/// `plot`.
void DrawCrosshair(Ui& ui, const TimeAxis& axis, const ImRect& plot);

}  // namespace twelve
