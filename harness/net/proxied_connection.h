#pragma once

#include <functional>
#include <span>

#include "harness/base/unique_fd.h"
#include "harness/loop/event_loop.h"
#include "harness/net/fault_pipe.h"
#include "harness/net/fault_proxy.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// One client, its connection to the target, and what is on its way between them.
///
/// Threads: the loop's.
/// Owns:    both sockets.
/// Errors:  every connection ends in exactly one call of `over`, from the loop and never from
///          within a method; it may destroy the connection.
class ProxiedConnection {
 public:
  struct Surroundings {
    EventLoop& loop;
    SocketHost& sockets;
    const FaultTable& faults;
    const ProxyPlan& plan;
    std::span<char> buffer;  // scratch space that all connections of a loop share
    std::function<void(std::uint64_t id)> over;
  };

  ProxiedConnection(const Surroundings& around, std::uint64_t id, UniqueFd client);
  ~ProxiedConnection();
  ProxiedConnection(const ProxiedConnection&) = delete;
  ProxiedConnection& operator=(const ProxiedConnection&) = delete;

  void Begin();
  void OnFaultsChanged();
  /// RST to both sides.
  void Reset(ProxyEnd end);
  ProxiedConnectionState State() const;
  std::uint64_t delivered(Fault::Flow flow) const;

 private:
  struct Leg {
    UniqueFd fd;
    // Edge-triggered: true until a call says that it would block.
    bool readable = false, writable = false;
  };
  struct Flow {
    Flow(Fault::Flow which, Leg& source, Leg& sink, std::uint64_t seed)
        : direction(which), from(source), to(sink), pipe(seed) {}
    const Fault::Flow direction;
    Leg& from;
    Leg& to;
    FaultPipe pipe;
    FlowFaults faults;
    bool read_ended = false;  // the sender sends no more
    bool shut = false;        // the end was passed on
    ProxiedFlow counts;
  };
  enum class Stage { kConnecting, kCarrying, kLingering, kOver };

  void OnEvents(Leg& leg, FdEvents events);
  void OnConnected();
  void LookAtFaults();
  void Pump();
  /// False when nothing more can be done for the flow now.
  bool Move(Flow& flow, TimePoint now);
  bool Fill(Flow& flow, TimePoint now);
  bool Flush(Flow& flow, TimePoint now);
  void PassEnd(Flow& flow);
  void CheckMarks();
  void Linger();
  void Discard(Leg& leg);
  void ArmTimer(TimePoint now, bool again);
  void Finish(ProxyEnd end, bool reset);

  Surroundings around_;
  const std::uint64_t id_;
  std::uint16_t client_port_ = 0;
  TimePoint opened_;
  std::optional<TimePoint> connected_, closed_;
  ProxyEnd end_ = ProxyEnd::kOpen;
  Stage stage_ = Stage::kConnecting;
  Leg client_, server_;
  Flow to_server_, to_client_;
  bool pumping_ = false;
  EventLoop::TimerId timer_ = 0;  // the time limit of the stage, or the next thing that is due
};

}  // namespace twelve
