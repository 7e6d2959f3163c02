#pragma once

#include <string>

#include "app/desktop/ui.h"
#include "app/desktop/window_model.h"

namespace twelve {

/// How a team checks its own service: the command to copy, and the questions that it answers.
struct CheckPageState {
  std::string command = "./my-service";
};
void DrawCheckPage(Ui& ui, WindowModel& model, CheckPageState& state, const ImRect& body);

/// The command line for `twelve check`, quoted for a shell. Pure.
std::string CheckCommand(const std::string& service_command);

}  // namespace twelve
