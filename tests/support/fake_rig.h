#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/rig/rig.h"
#include "tests/support/fake_clock.h"

namespace twelve {

/// The answer of a FakeProgram to one request.
struct FakeAnswer {
  enum class End { kKeepOpen, kClose, kReset };
  std::string bytes;  // as they go over the wire; see FakeHttp
  Duration after{};   // how long it works on it
  End end = End::kClose;
};
/// A whole answer with its Content-Length.
std::string FakeHttp(int status, std::string_view body);

/// How a program behaves that a FakeRig "launches". The default one is a good citizen: ready at
/// once, answers 200 to everything, ends with exit 0 on SIGTERM.
struct FakeProgram {
  struct Reaction {
    Duration after{};
    ExitStatus exit;
  };

  std::optional<Error> start_error;                        // it never runs
  std::optional<Duration> ready_after = Duration::zero();  // since the launch; none: never
  std::optional<Reaction> ends_by_itself;                  // since the launch
  std::map<int, Reaction> on_signal = {{15, {}}};          // others are ignored; 9 cannot be
  std::vector<std::pair<Duration, std::string>> prints;    // on stdout, since the launch
  std::vector<std::string> children;                       // commands of the rest of its tree
  bool children_outlive_it = false;
  bool needs_its_port = true;                            // exit 1 when it is taken
  Duration service_time = std::chrono::milliseconds(1);  // under load
  /// Gets the request line without the version, such as "GET /ready".
  std::function<FakeAnswer(const std::string& request)> answer;
};

/// A Rig without processes, sockets and real time. WaitUntil moves the clock to the next thing that
/// happens; nothing happens between two calls of it.
///
/// Threads: one.
/// Owns:    what it hands out refers to it and must not outlive it, except the log store.
class FakeRig final : public Rig {
 public:
  FakeRig();
  ~FakeRig() override;

  // What a test says beforehand, and asks afterwards.

  /// How programs of this name ("web.1") or type ("web") behave from their next launch on; the
  /// name counts more. "" is everybody else.
  void Script(const std::string& name_or_type, FakeProgram program);
  /// Runs `task` once that much time has gone by.
  void After(Duration delay, std::function<void()> task);
  void Cancel() { cancelled_ = true; }
  /// Lets time go by, as WaitUntil does.
  void Pass(Duration time);

  struct SentSignal {
    std::string name;
    SignalTarget target;
    int signal;
    std::string because;
  };
  const std::vector<ProcessSpec>& launched() const { return specs_; }
  const std::vector<SentSignal>& signals() const { return signals_; }
  int alive() const;

  const Clock& clock() const override { return clock_; }
  bool WaitUntil(const std::function<bool()>& predicate, Deadline deadline) override;
  bool cancelled() const override { return cancelled_; }
  Result<std::uint16_t> LeasePort() override;
  Result<std::string> MakeDirectory(std::string_view hint) override;
  Result<std::unique_ptr<Instance>> Launch(ProcessSpec spec) override;
  Result<std::unique_ptr<Connection>> Connect(std::uint16_t port) override;
  Result<std::unique_ptr<Connection>> Occupy(std::uint16_t port) override;
  Result<std::unique_ptr<Load>> StartLoad(LoadPlan plan) override;
  Result<std::unique_ptr<FaultProxy>> StartProxy(const ProxyPlan& plan) override;
  Result<std::unique_ptr<Router>> StartRouter(const RouterPlan& plan) override;
  std::shared_ptr<LogStore> logs() override { return logs_; }

 private:
  class Process;
  class FakeInstance;
  class FakeConnection;
  class FakeOccupied;
  class FakeLoad;
  class FakeProxy;
  class FakeRouter;
  struct ProxyPath;
  struct RouterPath;
  struct Route;

  std::shared_ptr<Process> Listener(std::uint16_t port) const;
  bool Taken(std::uint16_t port) const;
  /// Where a request to `port` goes, through proxies and routers. `connection` is what proxies roll
  /// for.
  Route Follow(std::uint16_t port, std::uint64_t connection);
  /// Moves the clock to the next event, at most to `limit`, and lets it happen.
  void Step(TimePoint limit);

  FakeClock clock_;
  bool cancelled_ = false;
  std::multimap<TimePoint, std::function<void()>> agenda_;
  std::map<std::string, FakeProgram> programs_;
  std::vector<std::shared_ptr<Process>> processes_;
  std::map<std::uint16_t, int> occupied_;
  std::map<std::uint16_t, std::shared_ptr<ProxyPath>> proxies_;
  std::map<std::uint16_t, std::shared_ptr<RouterPath>> routers_;
  std::uint64_t connections_ = 0;
  std::vector<ProcessSpec> specs_;
  std::vector<SentSignal> signals_;
  std::shared_ptr<LogStore> logs_;
  std::uint16_t next_port_ = 20000;
  pid_t next_pid_ = 1000;
  std::string directory_;
  int directories_ = 0;
};

}  // namespace twelve
