#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve backing postgres|redis`: one private server, until Ctrl+C.
void AddBackingCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
