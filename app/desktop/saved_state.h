#pragma once

#include <string>

#include "app/desktop/shell.h"
#include "harness/base/result.h"

namespace twelve {

/// What the window remembers between two runs: settings, what was learned, where it was. One small
/// JSON file under the XDG state directory ($XDG_STATE_HOME/twelve, else ~/.local/state/twelve).
///
/// Threads: the window's.
/// Errors:  a file that is missing is a first run. One that cannot be read or understood is said
///          once and left as it is until something is saved.
class SavedState {
 public:
  /// The file for these values of XDG_STATE_HOME and HOME; empty when there is no place for it.
  static std::string FileFor(const char* xdg_state_home, const char* home);

  explicit SavedState(std::string file) : file_(std::move(file)) {}
  Status Load(Shell& shell);
  /// Writes when something differs from what the file has; whole or not at all.
  Status Save(const Shell& shell);

 private:
  const std::string file_;
  std::string saved_;  // the text of the file
};

}  // namespace twelve
