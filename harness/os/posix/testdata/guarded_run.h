#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "harness/base/clock.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/process_host.h"

namespace twelve {

/// For tests: a service behind a real guardian, with all that it said so far.
class GuardedRun {
 public:
  static constexpr Duration kPatience = std::chrono::seconds(30);
  static constexpr const char* kPath = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

  explicit GuardedRun(const SpawnRequest& request) : host_(GuardPath()) {
    Result<std::unique_ptr<GuardedProcess>> spawned = host_.Spawn(request);
    if (spawned) {
      process_ = std::move(spawned).value();
    } else {
      ADD_FAILURE() << spawned.error().message;
      std::abort();  // every test would go on with a process that is not there
    }
  }

  static SpawnRequest Shell(const std::string& script) {
    SpawnRequest request;
    request.argv = {"sh", "-c", script};
    request.environment = {kPath};
    request.directory = "/";
    return request;
  }

  GuardedProcess& process() { return *process_; }
  const std::deque<GuardEvent>& events() const { return events_; }
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

  /// Takes in what comes until `done`; false when the patience ends.
  bool WaitUntil(const std::function<bool()>& done) {
    const SystemClock clock;
    const Deadline deadline = Deadline::After(clock, kPatience);
    while (!done()) {
      if (deadline.Passed(clock)) return false;
      Poll();
    }
    return true;
  }
  static std::string GuardPath() {
    const Result<std::string> found = FindGuard();
    if (!found) ADD_FAILURE() << found.error().message;
    return found ? found.value() : std::string();
  }
  template <typename Event>
  const Event* Find() const {
    for (const GuardEvent& event : events_) {
      if (const auto* found = std::get_if<Event>(&event)) return found;
    }
    return nullptr;
  }
  template <typename Event>
  const Event* WaitFor() {
    WaitUntil([this] { return Find<Event>() != nullptr; });
    const Event* found = Find<Event>();
    EXPECT_NE(found, nullptr) << "the event did not come; stderr: " << err_;
    return found;
  }
  bool WaitForOut(const std::string& text) {
    const bool came = WaitUntil([&] { return out_.find(text) != std::string::npos; });
    EXPECT_TRUE(came) << "out: " << out_ << "\nerr: " << err_;
    return came;
  }
  /// Until nothing is left of it and both pipes are at their end.
  void WaitForEnd() {
    EXPECT_TRUE(WaitUntil([this] { return Over() && out_ended_ && err_ended_; }))
        << "out: " << out_ << "\nerr: " << err_;
  }
  bool Over() const { return Find<AllGone>() != nullptr || Find<GuardianLost>() != nullptr; }
  std::optional<ExitStatus> LeaderStatus() const {
    for (const GuardEvent& event : events_) {
      const auto* exited = std::get_if<Exited>(&event);
      if (exited != nullptr && exited->leader) return exited->status;
    }
    return std::nullopt;
  }
  bool out_ended() const { return out_ended_; }

 private:
  void Poll() {
    std::array<pollfd, 3> fds = {{{Over() ? -1 : process_->control_fd(), POLLIN, 0},
                                  {out_ended_ ? -1 : process_->stdout_fd(), POLLIN, 0},
                                  {err_ended_ ? -1 : process_->stderr_fd(), POLLIN, 0}}};
    constexpr int kStepMs = 100;
    poll(fds.data(), fds.size(), kStepMs);
    if (fds[1].revents != 0) Take(process_->stdout_fd(), &out_, &out_ended_);
    if (fds[2].revents != 0) Take(process_->stderr_fd(), &err_, &err_ended_);
    if (fds[0].revents != 0) {
      for (GuardEvent& event : process_->Events()) events_.push_back(std::move(event));
    }
  }
  static void Take(int fd, std::string* text, bool* ended) {
    std::array<char, 65536> buffer;
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got > 0) text->append(buffer.data(), static_cast<std::size_t>(got));
    if (got == 0) *ended = true;
  }

  PosixProcessHost host_;
  std::unique_ptr<GuardedProcess> process_;
  std::deque<GuardEvent> events_;  // Find() hands out pointers, which must stay
  std::string out_;
  std::string err_;
  bool out_ended_ = false;
  bool err_ended_ = false;
};

}  // namespace twelve
