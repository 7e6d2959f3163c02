#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve param put|get|list|history|delete`: values by path, with versions, secure ones
/// encrypted. Exit codes: release_context.h.
void AddParamCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
