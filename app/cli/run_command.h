#pragma once

#include "app/cli/run_plan.h"

namespace CLI {
class App;
}

namespace twelve {

/// `twelve run [Procfile] [-c web=3,worker=2] [-e FILE] [-p PORT] [--json]`: runs the processes of
/// a Procfile and shows what they print. SIGINT, SIGTERM or SIGHUP stop all of them in parallel; a
/// second one kills what is left.
///
/// Exit codes: 0 all ended with exit 0, or were stopped as asked; else that of the first process
/// that failed: its exit code, 128 + the signal that ended it, 127 for a program that is not there,
/// 126 for one that cannot be started. With --exit-with-first that of the first one that ended.
/// 137 when a stop needed SIGKILL. 64 a wrong option, such as an unknown process type; 66 the
/// Procfile or environment file cannot be read or has nothing to run; 74 the output cannot be
/// written; 2 Twelve itself could not do its work.
void AddRunCommand(CLI::App& app, int& exit_code);

/// The same for options that have been read; `shell` is the environment to hand on.
/// Threads: the only one of the program. Lines go to `out_fd`, notes and errors to standard error.
int RunProcfile(const RunOptions& options, const Environment& shell, int out_fd);

}  // namespace twelve
