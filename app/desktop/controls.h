#pragma once

#include <string>
#include <string_view>

#include "app/desktop/draw.h"

namespace twelve {

// What can be pressed. Each is placed by the caller, noted in the registry under its label, and
// reached by the mouse, by Tab and the arrow keys, and by tests.

enum class ButtonKind {
  kPlain,
  kPrimary,   // filled with the accent: at most one on the screen, the next step
  kDanger,    // red text; filled only under the mouse
  kGhost,     // no frame until under the mouse
  kSelected,  // the chosen one of several
};

struct ButtonLook {
  ButtonKind kind = ButtonKind::kPlain;
  const char* icon = nullptr;
  bool enabled = true;
  std::string_view tooltip = {};
  std::string_view name = {};  // in the registry; the label if empty
  bool left = false;           // text at the left edge instead of in the middle
};

float ButtonWidth(const Ui& ui, std::string_view label, const ButtonLook& look = {});
float ButtonHeight(const Ui& ui);
/// True in the frame in which it was pressed.
bool Button(Ui& ui, const ImRect& rect, std::string_view label, const ButtonLook& look = {});
/// At `at`, as wide as its label; moves `at` behind itself.
bool ButtonInRow(Ui& ui, ImVec2& at, std::string_view label, const ButtonLook& look = {});

/// A switch with its label; true when it was flipped.
bool Switch(Ui& ui, ImVec2 at, std::string_view label, bool on, bool enabled,
            std::string_view tooltip);
float SwitchWidth(const Ui& ui, std::string_view label);

/// [-] label 3 [+]; returns the new value when one of the buttons was pressed, else `value`.
struct Stepper {
  double value = 0, min = 0, max = 0, step = 1;
  bool enabled = true;
};
double StepperRow(Ui& ui, ImVec2 at, std::string_view label, const Stepper& stepper);
float StepperWidth(const Ui& ui, std::string_view label, const Stepper& stepper);

/// A text field; true while its text changes.
struct FieldLook {
  const char* hint = "";
  bool mono = true;
  bool password = false;
  bool enter = false;  // true only when Enter was pressed
};
bool TextField(Ui& ui, const ImRect& rect, std::string_view name, std::string& text,
               const FieldLook& look = {});

/// A bar between two panels that can be dragged; returns the movement in pixels.
float Splitter(Ui& ui, const ImRect& rect, std::string_view name, bool moves_sideways);

/// Text and the button that fills the empty place. `label` empty: text alone.
bool EmptyState(Ui& ui, const ImRect& rect, std::string_view text, std::string_view label,
                const ButtonLook& look = {});

}  // namespace twelve
