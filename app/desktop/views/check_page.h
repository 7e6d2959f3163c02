#pragma once

#include <string>

#include "app/desktop/ui.h"
#include "app/desktop/views/rail.h"
#include "app/desktop/window_model.h"

namespace twelve {

/// A team's own service under the checks: what to check, every verdict as it falls, and the proof
/// behind the one that is selected.
struct CheckPageState {
  std::string command;   // a directory, or the line that starts the service
  std::string selected;  // id of a check
};
void DrawCheckPage(Ui& ui, WindowModel& model, CheckPageState& state, const ImRect& body);

/// The command line for `twelve check`, quoted for a shell. Pure.
std::string CheckCommand(const std::string& service_command);

/// "3 of 10 checked: 2 pass, 1 fails", and what a finished run means for CI. Pure.
std::string CheckSentence(const CheckSnapshot& snapshot);

/// Whether each factor's checks were met: true when all that ran pass or warn, false when one
/// fails, nothing when none of them could be measured. Pure.
void NoteConformance(const CheckSnapshot& snapshot, Progress& progress);

}  // namespace twelve
