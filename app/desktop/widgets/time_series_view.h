#pragma once

#include "app/desktop/widgets/time_axis.h"

namespace twelve {

/// A chart: labels with the latest value at the line ends, markers, and the shared crosshair with a
/// tooltip as large as its text.
void DrawTimeSeries(Ui& ui, const ImRect& area, const TimeSeries& series);

/// Points for a line `columns` pixels wide: the lowest and highest of each column, so that no
/// single spike is lost. Pure.
std::vector<std::pair<TimePoint, double>> Decimate(
    const std::vector<std::pair<TimePoint, double>>& points, const TimeAxis& axis);

}  // namespace twelve
