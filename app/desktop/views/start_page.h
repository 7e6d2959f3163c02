#pragma once

#include "app/desktop/ui.h"
#include "app/desktop/widgets/stage_view.h"
#include "app/desktop/window_model.h"

namespace twelve {

/// Where a door of the start page leads.
enum class Door { kNone, kLearn, kDemonstrate, kCheck };

/// What a new user sees first: three doors, and behind them processes that already serve load.
/// A click on one of them stops it and opens the factor that is about stopping.
Door DrawStartPage(Ui& ui, WindowModel& model, int live_factor, StageState& stage,
                   const ImRect& body, Actions& actions);

}  // namespace twelve
