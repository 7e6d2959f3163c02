#pragma once

#include <array>
#include <optional>

#include "app/desktop/ui.h"
#include "app/desktop/window_model.h"

namespace twelve {

/// How far the user has come with each factor, by its number.
struct Progress {
  std::array<bool, 13> learned{};  // every step done, or every question of the quiz answered right
  std::array<std::optional<bool>, 13> conforms{};  // the last check of the user's service
};

/// The twelve: numeral, name, and two separate marks. Returns the factor that was chosen.
std::optional<int> DrawRail(Ui& ui, WindowModel& model, const Progress& progress, int current,
                            const ImRect& area);
float RailWidth(const Ui& ui);

}  // namespace twelve
