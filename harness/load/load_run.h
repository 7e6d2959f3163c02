#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "harness/load/in_flight_list.h"
#include "harness/load/load_balancer.h"
#include "harness/load/load_connection.h"
#include "harness/load/load_schedule.h"
#include "harness/load/load_tally.h"
#include "harness/load/readiness_prober.h"

namespace twelve {

/// A LoadPlan being carried out: what LoadGenerator does on its thread.
///
/// Threads: the loop's.
/// Owns:    its connections and timers.
/// Errors:  none; what goes wrong is an outcome of a request.
class LoadRun final : private LoadConnection::Listener {
 public:
  using Publish = std::function<void(std::shared_ptr<const LoadSnapshot>)>;
  static constexpr std::size_t kMaxQueued = 100'000;

  /// `publish` gets a snapshot ten times a second, and one when the run is over.
  /// REQUIRES: Validate(plan) is ok.
  LoadRun(LoadPlan plan, EventLoop& loop, SocketHost& sockets, Publish publish);
  ~LoadRun();
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  void Begin();
  void SetRate(double per_second);
  void SetTargets(const std::vector<LoadTarget>& targets);
  void Finish();

 private:
  struct Upstream {
    std::vector<std::string> bytes;  // the request of each kind as it goes to this target
    std::vector<LoadConnection*> idle;
  };

  void OnAnswer(LoadConnection& connection) override;
  void OnFailure(LoadConnection& connection, Outcome outcome) override;
  void OnIdleEnd(LoadConnection& connection) override;

  // Planning.
  void BeginPlan();
  void OnPlan();
  void ArmPlan();
  void EndPlan();
  bool Closed() const { return plan_.loop == LoadPlan::Loop::kClosed; }

  // Sending.
  void Pump();
  bool TakePlanned(TimePoint& intended);
  std::uint16_t NextKind();
  void Dispatch(TimePoint intended);
  void Attempt(const LoadRequest& request, std::uint16_t target);
  LoadConnection& ConnectionTo(std::uint16_t target);
  bool MayRetry(const LoadConnection& connection, Outcome outcome) const;
  void Settle(LoadConnection& connection, Outcome outcome);
  void Park();
  Upstream& UpstreamAt(std::uint16_t target);

  // Time.
  void Cancel(EventLoop::TimerId& timer);
  void ArmTimeout();
  void OnTimeout();
  void DropStaleQueue(TimePoint now);
  void OnTick();
  void ArmTick();
  void OnProbe(std::uint16_t index, ProbeResult result);
  void SetProbes();

  void PublishNow(TimePoint now);
  void CheckOver();
  int Queued() const { return static_cast<int>(queue_.size()); }

  const LoadPlan plan_;
  EventLoop& loop_;
  SocketHost& sockets_;
  Publish publish_;
  std::vector<char> buffer_;
  const std::vector<LoadKind> kinds_;
  std::mt19937_64 random_;
  std::discrete_distribution<unsigned> mix_;
  LoadBalancer balancer_;
  LoadTally tally_;
  LoadSchedule schedule_;
  std::unique_ptr<ReadinessProber> prober_;
  double rate_;

  std::vector<std::unique_ptr<LoadConnection>> connections_;
  std::vector<LoadConnection*> spare_;  // without a socket
  std::deque<Upstream> upstreams_;      // by target number; a deque, for requests in flight
                                        // point into it
  std::deque<TimePoint> queue_;         // planned, not sent
  InFlightList flying_;

  std::uint64_t made_ = 0, silent_ = 0;  // connections; of those that ended, without any answer
  int in_flight_ = 0;
  int parked_ = 0;  // clients of a closed loop that wait a moment after an instant failure
  bool begun_ = false, planned_all_ = false, over_ = false, pumping_ = false;
  TimePoint ends_, freed_;
  EventLoop::TimerId plan_timer_ = 0, timeout_timer_ = 0, tick_timer_ = 0, first_timer_ = 0,
                     park_timer_ = 0;
};

}  // namespace twelve
