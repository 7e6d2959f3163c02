#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve proxy --to HOST:PORT [--listen PORT] [--fault "latency 200ms"]…`: stands between a
/// client and a server until Ctrl-C; lines on standard input change what goes wrong.
///
/// Exit codes: 0 ended as asked; 2 it could not work; 64 a wrong option.
void AddProxyCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
