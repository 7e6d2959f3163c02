#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/desktop/live_model.h"
#include "app/desktop/screen.h"

namespace twelve {

/// `--screenshot FILE`: the window without a display, over real processes.
struct SnapshotOptions {
  std::string file;
  int width = 1600, height = 1000;
  float scale = 1;
  bool dark = true;
  bool presenting = false;
  std::optional<int> factor;         // none: the start page
  std::vector<std::string> actions;  // "step.do", "violate:ignore-sigterm:on", in order
  std::string font_directory;
};

/// Starts the experiment, waits until its processes serve, does `actions` one after the other,
/// draws the window and writes the picture.
/// Errors: EGL is not there, the processes did not get ready within 60 s, the file cannot be
///         written.
Status TakeSnapshot(LiveModel& model, const Clock& clock, const SnapshotOptions& options);

/// "violate:ignore-sigterm:on" → {"violate", "ignore-sigterm", "on"}. Pure.
Action ParseAction(const std::string& text);

}  // namespace twelve
