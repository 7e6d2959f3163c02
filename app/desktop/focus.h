#pragma once

#include "app/desktop/keys.h"
#include "app/desktop/ui.h"

namespace twelve {

/// Where the keyboard is: Tab and Shift+Tab walk over everything that can be pressed, the arrow
/// keys go to the nearest one in their direction, Enter and Space press it. Works on the items that
/// the last frame noted in the registry; while a popup is open, on its items only.
class Focus {
 public:
  /// True if the key was used.
  bool OnKey(Ui& ui, const KeyPress& press);
  /// The frame around the item, on top of everything.
  void Draw(Ui& ui) const;
  void Clear(Ui& ui) const { ui.focus.clear(); }

 private:
  static void Step(Ui& ui, int by);
  static bool Move(Ui& ui, Key direction);
  static bool Press(Ui& ui);
};

}  // namespace twelve
