#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve explain ID`: what a check asks, how it decides, what helps.
void AddExplainCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
