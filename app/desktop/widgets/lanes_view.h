#pragma once

#include <string_view>
#include <vector>

#include "app/desktop/widgets/time_axis.h"

namespace twelve {

/// The row of each bar within its lane: bars that overlap in time lie below each other, at most
/// `max_rows` deep. Pure.
struct PackedBars {
  std::vector<int> rows;  // indexed as the bars
  int count = 1;
};
PackedBars PackBars(const std::vector<LaneBar>& bars, int max_rows);

std::string_view OutcomeWord(Outcome outcome);

/// One bar per request on its process's lane: the picture that makes the point.
struct LanesLook {
  Duration span{};               // that the width stands for
  bool room_for_failed = false;  // at the right end, even if none failed
  bool until_now = false;        // the right end is now: ticks count back from it
};
void DrawLanes(Ui& ui, const ImRect& area, const Lanes& lanes, const LanesLook& look);
bool AnyFailed(const Lanes& lanes);
inline Duration SpanOf(const Lanes& lanes) {
  return lanes.to - lanes.from;
}

}  // namespace twelve
