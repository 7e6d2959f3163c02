#pragma once

#include <cstddef>

namespace twelve {

/// What is known of standard output.
struct Terminal {
  bool is_terminal = false;
  bool colour = false;      // a terminal, and neither NO_COLOR is set nor TERM is "dumb"
  std::size_t width = 100;  // columns; 100 where there is no terminal
};
Terminal StandardOutput();

}  // namespace twelve
