#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve check TARGET`: measures a service and says what it found.
void AddCheckCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
