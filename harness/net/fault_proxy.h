#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/net/endpoint.h"
#include "harness/net/fault_table.h"
#include "harness/net/loop_thread.h"
#include "harness/os/socket_host.h"

namespace twelve {

/// What stands between whom.
struct ProxyPlan {
  Endpoint listen;  // port 0: one of PortPool's, held while the proxy lives
  Endpoint target;
  bool allow_external = false;                         // a target that is not on loopback
  Duration connect_timeout = std::chrono::seconds(5);  // to the target
  std::uint64_t seed = 42;                             // of the rolls and of the jitter
};
Status Validate(const ProxyPlan& plan);

/// How a proxied connection came to its end.
enum class ProxyEnd {
  kOpen,  // it has not
  kClosed,
  kResetByClient,
  kResetByServer,
  kResetByFault,
  kLimit,
  kServerRefused,     // the target refused; the client got a reset
  kServerUnanswered,  // the target did not take the connection in time, or could not be reached
  kTooMany,           // the proxy carries its most connections already
};
std::string_view ToString(ProxyEnd end);

/// One direction of a connection.
struct ProxiedFlow {
  std::uint64_t received = 0;   // by the proxy
  std::uint64_t delivered = 0;  // taken by the other side's kernel
  std::uint64_t dropped = 0;    // by a fault
  std::uint64_t waiting = 0;    // in the proxy
  bool ended = false;           // the end was passed on
  /// The first 256 bytes as they came: what a handshake says, and perhaps a password.
  std::string first_bytes;
};

struct ProxiedConnectionState {
  std::uint64_t id = 0;           // counted from 1
  std::uint16_t client_port = 0;  // who it is: the client's own port
  TimePoint opened;
  std::optional<TimePoint> connected;  // to the target
  std::optional<TimePoint> closed;
  ProxyEnd end = ProxyEnd::kOpen;
  ProxiedFlow to_server, to_client;
  std::vector<FaultId> faults;  // those of now that the roll gave to it
};

struct ProxySnapshot {
  TimePoint taken;
  std::uint16_t port = 0;
  Endpoint target;
  bool listening = true;  // false: refuses
  std::string problem;    // why it does not listen although it should; empty: none
  std::uint64_t accepted = 0, failed_connects = 0;
  std::uint64_t bytes_to_server = 0, bytes_to_client = 0;  // delivered, of all connections ever
  std::vector<ActiveFault> faults;
  std::vector<ProxiedConnectionState> open;
  std::vector<ProxiedConnectionState> closed;  // the latest 256, oldest first
};

/// Stands between a client and a server and does to the bytes what its faults say. Without faults
/// it is a path like any other: it passes on ends and resets, each direction by itself.
///
/// A fault is looked at whenever something happens to a connection, so it may come and go at any
/// time; once Add, Remove or Clear returns, it is so for every connection.
/// The kernel takes up to 4 MB from a sender before anybody reads them: what counts is what was
/// delivered.
///
/// Threads: its own loop on its own thread; every method may be called from any other thread. None
///          waits for a socket.
/// Owns:    its thread, its port and its connections; the destructor resets what is open.
/// Errors:  Start: a wrong plan, a port that is taken. What happens to a connection is in the
///          snapshot.
class FaultProxy {
 public:
  static constexpr std::size_t kMaxOpen = 10'000;
  static constexpr std::size_t kMaxFaults = 100;
  static constexpr std::size_t kFirstBytes = 256;

  static Result<std::unique_ptr<FaultProxy>> Start(const ProxyPlan& plan, SocketHost& sockets,
                                                   const LoopThread::MakeLoop& make_loop);
  virtual ~FaultProxy() = default;

  virtual std::uint16_t port() const = 0;
  /// kInvalid for a fault that makes no sense, or one too many.
  virtual Result<FaultId> Add(const Fault& fault) = 0;
  /// False when there is no such fault (any more).
  virtual bool Remove(FaultId id) = 0;
  virtual void Clear() = 0;
  virtual std::shared_ptr<const ProxySnapshot> Snapshot() const = 0;
};

}  // namespace twelve
