#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve list`: all checks, by factor.
void AddListCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
