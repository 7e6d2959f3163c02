#include "harness/net/fault_proxy.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <utility>

#include "harness/net/port_pool.h"
#include "harness/net/proxied_connection.h"
#include "harness/net/proxy_listener.h"

namespace twelve {
namespace {

constexpr std::size_t kClosedKept = 256;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

/// The loop's side of a proxy. Threads: the loop's.
class ProxyRun {
 public:
  ProxyRun(const ProxyPlan& plan, EventLoop& loop, SocketHost& sockets)
      : plan_(plan),
        loop_(loop),
        sockets_(sockets),
        faults_(plan.seed),
        buffer_(kBufferBytes),
        listener_(loop, sockets, [this](UniqueFd client) { OnClient(std::move(client)); }) {}
  ~ProxyRun() {
    if (expiry_ != 0) loop_.Cancel(expiry_);
  }
  ProxyRun(const ProxyRun&) = delete;
  ProxyRun& operator=(const ProxyRun&) = delete;

  Status Listen() { return listener_.Open(plan_.listen); }
  std::uint16_t port() const { return listener_.port(); }

  Result<FaultId> Add(const Fault& fault) {
    if (faults_.active().size() >= FaultProxy::kMaxFaults) {
      return InvalidError(
          fmt::format("there are {} faults already; remove one first", FaultProxy::kMaxFaults));
    }
    const FaultId id = faults_.Add(fault, loop_.clock().Now());
    for (const auto& [connection, unused] : open_) faults_.Meet(id, connection);
    Changed();
    return id;
  }

  bool Remove(FaultId id) {
    const bool removed = faults_.Remove(id);
    if (removed) Changed();
    return removed;
  }

  void Clear() {
    faults_.Clear();
    Changed();
  }

  std::shared_ptr<const ProxySnapshot> Snapshot() const {
    auto snapshot = std::make_shared<ProxySnapshot>();
    snapshot->taken = loop_.clock().Now();
    snapshot->port = port();
    snapshot->target = plan_.target;
    snapshot->listening = listener_.listening();
    snapshot->problem = listener_.problem();
    snapshot->accepted = accepted_;
    snapshot->failed_connects = failed_connects_;
    snapshot->bytes_to_server = past_to_server_;
    snapshot->bytes_to_client = past_to_client_;
    snapshot->faults = faults_.active();
    snapshot->closed.assign(closed_.begin(), closed_.end());
    for (const auto& [id, connection] : open_) {
      snapshot->open.push_back(connection->State());
      snapshot->bytes_to_server += snapshot->open.back().to_server.delivered;
      snapshot->bytes_to_client += snapshot->open.back().to_client.delivered;
    }
    return snapshot;
  }

 private:
  void OnClient(UniqueFd client) {
    const std::uint64_t id = ++accepted_;
    const ProxiedConnection::Surroundings around = {
        loop_, sockets_, faults_, plan_, buffer_, [this](std::uint64_t over) { OnOver(over); }};
    auto& connection = open_[id];
    connection = std::make_unique<ProxiedConnection>(around, id, std::move(client));
    faults_.Meet(id);
    if (open_.size() > FaultProxy::kMaxOpen) return connection->Reset(ProxyEnd::kTooMany);
    connection->Begin();
  }

  void OnOver(std::uint64_t id) {
    const auto found = open_.find(id);
    ProxiedConnectionState state = found->second->State();
    past_to_server_ += state.to_server.delivered;
    past_to_client_ += state.to_client.delivered;
    if (state.end == ProxyEnd::kServerRefused || state.end == ProxyEnd::kServerUnanswered) {
      ++failed_connects_;
    }
    closed_.push_back(std::move(state));
    if (closed_.size() > kClosedKept) closed_.pop_front();
    open_.erase(found);
  }

  void Changed() {
    using Mode = ProxyListener::Mode;
    listener_.Become(faults_.Has(Fault::Kind::kRefuse)           ? Mode::kRefuse
                     : faults_.Has(Fault::Kind::kConnectTimeout) ? Mode::kFull
                                                                 : Mode::kOpen);
    for (const auto& [id, connection] : open_) connection->OnFaultsChanged();
    if (expiry_ != 0) loop_.Cancel(std::exchange(expiry_, 0));
    const std::optional<TimePoint> next = faults_.NextExpiry();
    if (!next) return;
    expiry_ = loop_.At(*next, [this] {
      expiry_ = 0;
      faults_.Expire(loop_.clock().Now());
      Changed();
    });
  }

  const ProxyPlan plan_;
  EventLoop& loop_;
  SocketHost& sockets_;
  FaultTable faults_;
  std::vector<char> buffer_;
  ProxyListener listener_;
  std::map<std::uint64_t, std::unique_ptr<ProxiedConnection>> open_;
  std::deque<ProxiedConnectionState> closed_;
  std::uint64_t accepted_ = 0, failed_connects_ = 0;
  std::uint64_t past_to_server_ = 0, past_to_client_ = 0;  // of closed connections
  EventLoop::TimerId expiry_ = 0;
};

class ThreadedFaultProxy final : public FaultProxy {
 public:
  ThreadedFaultProxy(const ProxyPlan& plan, SocketHost& sockets, std::unique_ptr<EventLoop> loop,
                     std::optional<PortLease> lease)
      : lease_(std::move(lease)), thread_(std::move(loop)), run_(plan, thread_.loop(), sockets) {}
  ~ThreadedFaultProxy() override { thread_.Stop(); }

  Status Begin() {
    if (Status listening = run_.Listen(); !listening) return listening;
    port_ = run_.port();
    thread_.Start();
    return {};
  }

  std::uint16_t port() const override { return port_; }
  Result<FaultId> Add(const Fault& fault) override {
    if (Status valid = Validate(fault); !valid) return valid.error();
    Result<FaultId> added = FaultId{0};
    thread_.Call([&] { added = run_.Add(fault); });
    return added;
  }
  bool Remove(FaultId id) override {
    bool removed = false;
    thread_.Call([&] { removed = run_.Remove(id); });
    return removed;
  }
  void Clear() override {
    thread_.Call([&] { run_.Clear(); });
  }
  std::shared_ptr<const ProxySnapshot> Snapshot() const override {
    std::shared_ptr<const ProxySnapshot> snapshot;
    thread_.Call([&] { snapshot = run_.Snapshot(); });
    return snapshot;
  }

 private:
  std::optional<PortLease> lease_;
  mutable LoopThread thread_;
  ProxyRun run_;
  std::uint16_t port_ = 0;
};

}  // namespace

std::string_view ToString(ProxyEnd end) {
  switch (end) {
    case ProxyEnd::kOpen:
      return "open";
    case ProxyEnd::kClosed:
      return "closed";
    case ProxyEnd::kResetByClient:
      return "reset by the client";
    case ProxyEnd::kResetByServer:
      return "reset by the server";
    case ProxyEnd::kResetByFault:
      return "reset by a fault";
    case ProxyEnd::kLimit:
      return "closed at its limit";
    case ProxyEnd::kServerRefused:
      return "refused by the server";
    case ProxyEnd::kServerUnanswered:
      return "not answered by the server";
    case ProxyEnd::kTooMany:
      return "one connection too many";
  }
  return "unknown";
}

Status Validate(const ProxyPlan& plan) {
  if (plan.target.port == 0)
    return InvalidError("the proxy needs a target, such as 127.0.0.1:5432");
  if (!IsLoopback(plan.listen.address)) {
    return InvalidError(
        fmt::format("a proxy listens on loopback only, not on {}", plan.listen.address));
  }
  if (!plan.allow_external && !IsLoopback(plan.target.address)) {
    return InvalidError(
        fmt::format("{} is not on this machine: allow external targets if you mean "
                    "it",
                    EndpointText(plan.target)));
  }
  if (plan.listen == plan.target) return InvalidError("the proxy would connect to itself");
  if (plan.connect_timeout <= Duration::zero()) {
    return InvalidError("the connect timeout must be above 0");
  }
  return {};
}

Result<std::unique_ptr<FaultProxy>> FaultProxy::Start(const ProxyPlan& plan, SocketHost& sockets,
                                                      const LoopThread::MakeLoop& make_loop) {
  if (Status valid = Validate(plan); !valid) return valid.error();
  ProxyPlan chosen = plan;
  std::optional<PortLease> lease;
  if (plan.listen.port == 0) {
    auto leased = PortPool(sockets).Lease();
    if (!leased) return leased.error();
    chosen.listen.port = leased->port();
    lease.emplace(std::move(leased).value());
  }
  auto loop = make_loop();
  if (!loop) return loop.error();
  auto proxy = std::make_unique<ThreadedFaultProxy>(chosen, sockets, std::move(loop).value(),
                                                    std::move(lease));
  if (Status begun = proxy->Begin(); !begun) return begun.error();
  return std::unique_ptr<FaultProxy>(std::move(proxy));
}

}  // namespace twelve
