#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace twelve {

/// `twelve demo N [--violate NAME,…] [--json]`: the live experiment of a factor, without a window.
///
/// Exit codes: 0 the verdict is the promised one (HOLDS clean, BROKEN with a violation), 1 it is
/// the other one, 2 the demo itself could not run, 64 no such factor or violation.
void AddDemoCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
