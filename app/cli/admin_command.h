#pragma once

namespace CLI {
class App;
}

namespace twelve {

/// `twelve admin TASK [ARGS]`: a one-off process in the release and environment of the running app.
///
/// Exit codes: that of the task: its own, 128 + the signal that ended it, 127 for a program that is
/// not there, 126 for one that cannot be started. Before it starts those of release_context.h.
void AddAdminCommand(CLI::App& app, int& exit_code);

}  // namespace twelve
