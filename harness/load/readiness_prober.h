#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "harness/load/load_balancer.h"
#include "harness/load/load_connection.h"

namespace twelve {

/// Asks targets again and again whether they are ready: one GET on a fresh connection each time,
/// so that a target which no longer accepts is noticed although old connections still work.
///
/// Threads: the loop's.
/// Owns:    its connections and its timer.
/// Errors:  none; a probe that cannot be made is a result.
class ReadinessProber final : private LoadConnection::Listener {
 public:
  static constexpr Duration kTimeout = std::chrono::seconds(1);
  using OnResult = std::function<void(std::uint16_t index, ProbeResult result)>;

  ReadinessProber(EventLoop& loop, SocketHost& sockets, std::span<char> buffer, std::string path,
                  Duration period, OnResult on_result);
  ~ReadinessProber();
  ReadinessProber(const ReadinessProber&) = delete;
  ReadinessProber& operator=(const ReadinessProber&) = delete;

  /// Probes these from now on, the new ones at once.
  void SetTargets(const std::map<std::uint16_t, LoadTarget>& target_by_index);
  void Stop();

 private:
  struct Probe {
    LoadTarget target;
    std::string request;
    TimePoint began;
    std::unique_ptr<LoadConnection> connection;
  };

  void OnAnswer(LoadConnection& connection) override;
  void OnFailure(LoadConnection& connection, Outcome outcome) override;
  void OnIdleEnd(LoadConnection& connection) override;
  void Round();
  void Begin(std::uint16_t index, Probe& probe);

  EventLoop& loop_;
  SocketHost& sockets_;
  std::span<char> buffer_;
  std::string path_;
  Duration period_;
  OnResult on_result_;
  std::map<std::uint16_t, Probe> probes_;
  EventLoop::TimerId timer_ = 0;
};

}  // namespace twelve
