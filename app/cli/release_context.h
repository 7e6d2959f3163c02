#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/loop/event_loop.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_signals.h"
#include "harness/os/posix/posix_socket_host.h"
#include "harness/release/release.h"
#include "harness/release/step_runner.h"
#include "harness/release/store_directory.h"

namespace CLI {
class App;
}

namespace twelve {

// Exit codes of release, param and admin; sysexits.h where it has one.
inline constexpr int kReleaseDone = 0;
inline constexpr int kReleaseFailed = 1;    // a build failed, verify found something
inline constexpr int kReleaseBroken = 2;    // Twelve could not do its work
inline constexpr int kReleaseUsage = 64;    // a wrong option or value
inline constexpr int kReleaseMissing = 66;  // no such store, release, stage, commit or parameter
inline constexpr int kReleaseBusy = 75;     // somebody else holds it; try again
inline constexpr int kReleaseDenied = 77;   // changed by somebody else, or another key
int ExitCodeOf(const Error& error);
/// The same as text for the end of a --help.
std::string ReleaseExitCodes();

/// What every subcommand of release, param and admin takes.
struct StoreArguments {
  std::string store;
  std::string key_file;
  bool json = false;
};
/// --store, --key-file and --json.
void AddStoreArguments(CLI::App& command, const std::shared_ptr<StoreArguments>& arguments);
Result<std::unique_ptr<StoreDirectory>> OpenStore(const StoreArguments& arguments, bool create);

/// "twelve COMMAND: SENTENCE." on standard error; returns the error's exit code.
int Complain(const std::string& command, const Error& error);
void PrintJson(const nlohmann::json& value);

/// Secret values are masked.
nlohmann::json ToJson(const Release& release);
nlohmann::json ToJson(const std::vector<ConfigChange>& changes);
/// "v3  staging  app abc1234  config set A".
std::string Summary(const Release& release);

/// $TMPDIR, else /tmp.
std::string TemporaryRoot();

/// Loop, guardian and signals for a command that runs programs.
///
/// - Make it before any thread. SIGINT, SIGTERM or SIGHUP make `cancelled` true.
///
/// Threads: the one that made it. Owns: all of it.
class ReleaseTools {
 public:
  static Result<std::unique_ptr<ReleaseTools>> Create();

  EventLoop& loop() { return *loop_; }
  ProcessHost& host() { return *host_; }
  SocketHost& sockets() { return sockets_; }
  StepRunner& runner() { return *runner_; }
  const Clock& clock() const { return clock_; }
  bool cancelled() const { return cancelled_; }
  /// Called with each signal from now on, instead of making `cancelled` true.
  void OnSignal(std::function<void(int)> handler) { on_signal_ = std::move(handler); }
  /// Whether a read-only mount can be made for a process.
  bool CanMount();

 private:
  ReleaseTools() = default;

  SystemClock clock_;
  PosixSocketHost sockets_;
  std::unique_ptr<PosixProcessHost> host_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<PosixSignals> signals_;
  std::unique_ptr<StepRunner> runner_;
  std::function<void(int)> on_signal_;
  bool cancelled_ = false;
};

}  // namespace twelve
