#pragma once

#include <map>
#include <string>

#include "app/desktop/widgets/picture_view.h"

namespace twelve {

/// Edits that the user has typed and not yet launched; kept from frame to frame.
struct EnvEdits {
  std::map<std::string, std::string> values;
  std::string new_name, new_value;
  int release = 0;  // the release that the edits are made to
};

/// The environment of a process type: values to edit, variables to add, the differences to what
/// runs, and the button that launches a new release with them.
///
/// Actions that it posts: {"env.set", NAME, VALUE} for each edit, then {"env.apply"}.
void DrawEnvEditor(Ui& ui, const EnvEditor& editor, EnvEdits& edits, float width, Actions& actions);

}  // namespace twelve
