#include "app/cli/shell_environment.h"

#include <unistd.h>

#include <string_view>

namespace twelve {

Environment ShellEnvironment() {
  Environment shell;
  for (char** row = environ; *row != nullptr; ++row) {
    const std::string_view text(*row);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    shell.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return shell;
}

}  // namespace twelve
