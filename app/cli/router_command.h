#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve router --to HOST:PORT,… [--listen PORT] [--policy P] [--sticky] [--haproxy]`: one
/// address in front of several processes until Ctrl-C.
///
/// Exit codes: 0 ended as asked; 2 it could not work; 64 a wrong option.
void AddRouterCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
