#pragma once

#include <string>

#include "harness/conformance/target_launch.h"

namespace twelve {

// Shell lines that show a failure with sh, curl and kill alone. A check puts them together and
// ends them with an `echo "FAIL: …"` that appears when the failure is there.

/// "cd …", and a private directory as $home, which takes the part of HOME and TMPDIR.
std::string ShellPrepare(const CheckContext& context);

/// The start in the background as $pid, in the environment that the check gave it. The value of a
/// variable that looks secret is left to the reader's shell: NAME="$NAME". `launcher` is put before
/// the command, as `unshare …`.
std::string ShellStart(const CheckContext& context, const LaunchedTarget& launched,
                       const std::string& launcher = "");

/// Ends `pids`, shell words such as "$pid", and removes $home.
std::string ShellCleanUp(const std::string& pids);

/// Waits until it answers its health path, at most `seconds`.
std::string ShellAwaitReady(const CheckContext& context, const LaunchedTarget& launched,
                            int seconds = 60);

/// "http://127.0.0.1:20001/slow"
std::string Url(const LaunchedTarget& launched, const std::string& path);

/// "TERM" for 15, as kill(1) takes it.
std::string KillName(int signal);

/// `text` quoted so that a shell reads it back as one word.
std::string ShellWord(const std::string& text);

}  // namespace twelve
