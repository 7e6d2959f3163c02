#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/unique_fd.h"
#include "harness/os/process_host.h"

namespace twelve {

/// What a test sees of one service that a FakeProcessHost "started", and how it makes it act. It
/// outlives the GuardedProcess, so that a test can look at it afterwards.
class FakeChild {
 public:
  explicit FakeChild(SpawnRequest spawn_request);

  // What the service does.
  void Start(pid_t pid) { Tell(Started{pid, static_cast<std::uint64_t>(pid) * 10}); }
  void FailToStart(Error error);
  void Print(std::string_view bytes);
  void PrintError(std::string_view bytes);
  void CloseOutput();
  void Adopt(pid_t pid) { Tell(Adopted{pid}); }
  void EndOrphan(pid_t pid, ExitStatus status = {}) { Tell(Exited{pid, false, status}); }
  /// The leader ends; its tree is still there.
  void Exit(ExitStatus status) { Tell(Exited{leader_, true, status}); }
  /// The last descendant is gone, and with it the output.
  void Gone();
  void ExitAndGone(ExitStatus status);
  void LoseGuardian();

  // What was asked of it.
  using Sent = std::pair<SignalTarget, int>;
  const SpawnRequest& request() const { return request_; }
  const std::vector<Sent>& signals() const { return signals_; }
  bool killed_all() const { return killed_all_; }
  bool destroyed() const { return destroyed_; }

 private:
  friend class FakeGuardedProcess;
  void Tell(GuardEvent event);

  SpawnRequest request_;
  std::vector<Sent> signals_;
  bool killed_all_ = false;
  bool destroyed_ = false;
  pid_t leader_ = 0;
  std::vector<GuardEvent> events_;
  UniqueFd control_read_, control_write_, out_read_, out_write_, err_read_, err_write_;
};

/// A ProcessHost that starts nothing. Threads: one.
class FakeProcessHost final : public ProcessHost {
 public:
  Result<std::unique_ptr<GuardedProcess>> Spawn(const SpawnRequest& request) override;

  /// In order of Spawn.
  FakeChild& child(std::size_t index) { return *children_.at(index); }
  FakeChild& last() { return *children_.back(); }
  std::size_t spawned() const { return children_.size(); }
  /// The next Spawn fails so.
  void FailNext(Error error) { fail_ = std::move(error); }

 private:
  std::vector<std::shared_ptr<FakeChild>> children_;
  std::optional<Error> fail_;
};

}  // namespace twelve
