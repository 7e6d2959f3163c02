#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "factors/09_disposability/step_runs.h"

namespace twelve::disposability {

/// One step of the lesson: a question, something to do, and what it teaches. A row of data.
struct StepText {
  std::string_view id;
  std::string_view title;
  std::string_view predict;
  std::vector<std::string> answers;
  int right_answer;
  std::string_view action;  // label of the button
  std::string_view did;     // for the report: what was done
  std::string_view explain;
  std::unique_ptr<StepRun> (*make_run)();
};

/// In the order of the lesson.
std::span<const StepText> Steps();

}  // namespace twelve::disposability
