#pragma once

#include <vector>

#include "app/desktop/widgets/lanes_view.h"
#include "factors/experiment.h"

namespace twelve {

/// What the user did in this frame, in order; the shell posts it to the experiment.
using Actions = std::vector<Action>;

inline constexpr std::string_view kAsBuilt = "as built";

/// The measured sentence in the largest type of the window, over the lanes that show it: one run,
/// or the good and the broken one side by side.
struct PictureParts {
  const VerdictPanel* verdict = nullptr;
  const Compare* compare = nullptr;
  const Lanes* lanes = nullptr;
  const std::vector<ControlView>* controls = nullptr;  // to offer what fills an empty side
  /// Set to a violation, or to kAsBuilt: the step is done again once every process runs so.
  std::string* repeat_with = nullptr;
  float corner = 0;  // pixels at the right of the first line that are taken
};
void DrawPicture(Ui& ui, const ImRect& area, const PictureParts& parts, Actions& actions);

}  // namespace twelve
