#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve load URL [--rate N | --connections N] [--duration T] [--plan FILE]`: sends requests and
/// says how long they took.
///
/// Exit codes: 0 some request was answered well; 1 none was; 2 it could not work; 64 a wrong option
/// or plan.
void AddLoadCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
