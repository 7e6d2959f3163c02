#pragma once

#include <string>
#include <vector>

#include "app/desktop/draw.h"
#include "factors/scene.h"

namespace twelve {

// Panels that are lists of rows. Each fills the child window that the caller has begun, which may
// scroll; only rows that can be seen are drawn.

/// "SIGTERM sent → not ready → 3 in flight → exit 0 after 1.8 s", newest last.
void DrawTimeline(Ui& ui, const Timeline& timeline, float width);

/// Every change of state of every process of the stage.
struct EventRow {
  TimePoint at;
  std::string process;
  StateChange change;
};
std::vector<EventRow> CollectEvents(const Stage& stage);
void DrawEvents(Ui& ui, const Stage& stage, TimePoint now, float width);

void DrawProcessTable(Ui& ui, const ProcessTablePanel& table, float width);
void DrawTable(Ui& ui, const TablePanel& table, float width);

}  // namespace twelve
