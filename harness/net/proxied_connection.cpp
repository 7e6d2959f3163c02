#include "harness/net/proxied_connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace twelve {
namespace {

// What one connection may move before the others get their turn.
constexpr std::size_t kBytesPerTurn = std::size_t{512} << 10;
// Closing a socket with unread bytes sends RST, which may destroy what the other side has not read
// yet. So an orderly end keeps reading for so long.
constexpr Duration kLinger = std::chrono::milliseconds(500);

}  // namespace

ProxiedConnection::ProxiedConnection(const Surroundings& around, std::uint64_t id, UniqueFd client)
    : around_(around),
      id_(id),
      client_port_(around.sockets.PeerPort(client.get())),
      opened_(around.loop.clock().Now()),
      to_server_(Fault::Flow::kToServer, client_, server_, around.plan.seed ^ (2 * id)),
      to_client_(Fault::Flow::kToClient, server_, client_, around.plan.seed ^ (2 * id + 1)) {
  client_.fd = std::move(client);
}

ProxiedConnection::~ProxiedConnection() {
  if (timer_ != 0) around_.loop.Cancel(timer_);
  for (Leg* leg : {&client_, &server_}) {
    if (!leg->fd.valid()) continue;
    around_.loop.Unwatch(leg->fd.get());
    around_.sockets.ResetOnClose(leg->fd.get());
  }
}

void ProxiedConnection::Begin() {
  constexpr EventLoop::Interest kBoth = {.readable = true, .writable = true, .edge = true};
  LookAtFaults();
  const Endpoint& target = around_.plan.target;
  auto server = around_.sockets.Connect(target.address, target.port);
  if (!server) {
    const bool refused = server.error().sys_errno == ECONNREFUSED;
    return Finish(refused ? ProxyEnd::kServerRefused : ProxyEnd::kServerUnanswered, true);
  }
  server_.fd = std::move(server).value();
  for (Leg* leg : {&client_, &server_}) {
    const Status watched = around_.loop.Watch(
        leg->fd.get(), kBoth, [this, leg](FdEvents events) { OnEvents(*leg, events); });
    if (!watched) return Finish(ProxyEnd::kServerUnanswered, true);
  }
  timer_ = around_.loop.After(around_.plan.connect_timeout, [this] {
    timer_ = 0;
    Finish(ProxyEnd::kServerUnanswered, true);
  });
  CheckMarks();  // a fault may end it before it has begun
}

void ProxiedConnection::OnEvents(Leg& leg, FdEvents events) {
  if (stage_ == Stage::kOver) return;
  // An error or an end shows itself to the next read or write.
  leg.readable = leg.readable || events.readable || events.hang_up;
  leg.writable = leg.writable || events.writable || events.hang_up;
  if (stage_ == Stage::kConnecting) {
    if (&leg == &server_ && leg.writable) OnConnected();
  } else if (stage_ == Stage::kLingering) {
    Discard(leg);
  } else {
    Pump();
  }
}

void ProxiedConnection::OnConnected() {
  const int error = around_.sockets.ConnectError(server_.fd.get());
  if (error != 0) {
    return Finish(error == ECONNREFUSED ? ProxyEnd::kServerRefused : ProxyEnd::kServerUnanswered,
                  true);
  }
  if (timer_ != 0) around_.loop.Cancel(std::exchange(timer_, 0));
  connected_ = around_.loop.clock().Now();
  stage_ = Stage::kCarrying;
  Pump();
}

void ProxiedConnection::OnFaultsChanged() {
  if (stage_ == Stage::kOver || stage_ == Stage::kLingering) return;
  LookAtFaults();
  CheckMarks();
  if (stage_ == Stage::kCarrying) Pump();
}

void ProxiedConnection::LookAtFaults() {
  for (Flow* flow : {&to_server_, &to_client_}) {
    flow->faults = around_.faults.For(id_, flow->direction);
  }
}

// Carrying ---------------------------------------------------------------------------------------

void ProxiedConnection::Pump() {
  if (pumping_ || stage_ != Stage::kCarrying) return;
  pumping_ = true;
  const TimePoint now = around_.loop.clock().Now();
  const std::uint64_t before = to_server_.counts.received + to_client_.counts.received;
  bool moved = true, turn_over = false;
  while (moved && !turn_over && stage_ == Stage::kCarrying) {
    moved = false;
    for (Flow* flow : {&to_server_, &to_client_}) {
      moved = (stage_ == Stage::kCarrying && Move(*flow, now)) || moved;
    }
    const std::uint64_t after = to_server_.counts.received + to_client_.counts.received;
    turn_over = after - before >= kBytesPerTurn;
  }
  CheckMarks();
  if (stage_ == Stage::kCarrying && to_server_.shut && to_client_.shut) {
    Finish(ProxyEnd::kClosed, false);
  }
  if (stage_ == Stage::kCarrying) ArmTimer(now, turn_over);
  pumping_ = false;
}

bool ProxiedConnection::Move(Flow& flow, TimePoint now) {
  const bool filled = Fill(flow, now);
  const bool flushed = stage_ == Stage::kCarrying && Flush(flow, now);
  return filled || flushed;
}

bool ProxiedConnection::Fill(Flow& flow, TimePoint now) {
  const bool discard = flow.faults.drop || flow.shut;
  const std::size_t room = discard ? around_.buffer.size() : flow.pipe.Room(flow.faults);
  if (flow.faults.stall || flow.read_ended || !flow.from.readable || room == 0) return false;
  const IoResult read = around_.sockets.Read(flow.from.fd.get(), around_.buffer.data(),
                                             std::min(room, around_.buffer.size()));
  switch (read.kind) {
    case IoResult::Kind::kWouldBlock:
      flow.from.readable = false;
      return false;
    case IoResult::Kind::kFailed:
      Finish(&flow.from == &client_ ? ProxyEnd::kResetByClient : ProxyEnd::kResetByServer, true);
      return false;
    case IoResult::Kind::kEnd:
      flow.read_ended = true;
      flow.pipe.PushEnd(now);
      return true;
    case IoResult::Kind::kDone:
      break;
  }
  const std::string_view bytes(around_.buffer.data(), read.bytes);
  flow.counts.received += bytes.size();
  std::string& first = flow.counts.first_bytes;
  first.append(bytes.substr(0, FaultProxy::kFirstBytes - first.size()));
  if (discard) {
    flow.counts.dropped += bytes.size();
  } else {
    flow.pipe.Push(bytes, now);
  }
  return true;
}

bool ProxiedConnection::Flush(Flow& flow, TimePoint now) {
  if (flow.shut || flow.faults.drop) return false;
  bool moved = false;
  while (flow.to.writable) {
    const std::string_view due = flow.pipe.Due(flow.faults, now);
    if (due.empty()) break;
    const IoResult written = around_.sockets.Write(flow.to.fd.get(), due);
    if (written.kind == IoResult::Kind::kWouldBlock) {
      flow.to.writable = false;
    } else if (written.kind == IoResult::Kind::kDone) {
      flow.pipe.Sent(written.bytes);
      moved = true;
    } else {
      Finish(&flow.to == &client_ ? ProxyEnd::kResetByClient : ProxyEnd::kResetByServer, true);
      return false;
    }
  }
  if (flow.pipe.EndDue(flow.faults, now) ||
      (flow.faults.half_close && flow.pipe.waiting() == 0 && !flow.faults.stall)) {
    PassEnd(flow);
    moved = true;
  }
  return moved;
}

void ProxiedConnection::PassEnd(Flow& flow) {
  flow.shut = true;
  around_.sockets.ShutdownWrite(flow.to.fd.get());
}

/// Ends the connection if a fault says so.
void ProxiedConnection::CheckMarks() {
  for (const Flow* flow : {&to_server_, &to_client_}) {
    if (stage_ == Stage::kOver || stage_ == Stage::kLingering) return;
    const FlowFaults& faults = flow->faults;
    const std::uint64_t delivered = flow->pipe.delivered();
    // A stream with a hole in it must not go on.
    const bool hole = flow->counts.dropped > 0 && !faults.drop && !flow->shut;
    if (hole || (faults.reset_after && delivered >= *faults.reset_after)) {
      return Finish(ProxyEnd::kResetByFault, true);
    }
    if (faults.limit && delivered >= *faults.limit && stage_ == Stage::kCarrying) return Linger();
  }
}

void ProxiedConnection::ArmTimer(TimePoint now, bool again) {
  if (timer_ != 0) around_.loop.Cancel(std::exchange(timer_, 0));
  TimePoint next = again ? now : TimePoint::max();
  for (const Flow* flow : {&to_server_, &to_client_}) {
    if (flow->shut || !flow->to.writable || flow->faults.drop) continue;
    const std::optional<TimePoint> due = flow->pipe.Next(flow->faults, now);
    if (due) next = std::min(next, *due);
  }
  if (next == TimePoint::max()) return;
  timer_ = around_.loop.At(next, [this] {
    timer_ = 0;
    Pump();
  });
}

// The end ----------------------------------------------------------------------------------------

void ProxiedConnection::Linger() {
  stage_ = Stage::kLingering;
  end_ = ProxyEnd::kLimit;
  if (timer_ != 0) around_.loop.Cancel(timer_);
  timer_ = around_.loop.After(kLinger, [this] {
    timer_ = 0;
    Finish(ProxyEnd::kLimit, false);
  });
  for (Flow* flow : {&to_server_, &to_client_}) {
    if (!flow->shut) PassEnd(*flow);
  }
  for (Leg* leg : {&client_, &server_}) Discard(*leg);
}

void ProxiedConnection::Discard(Leg& leg) {
  Flow& flow = &leg == &client_ ? to_server_ : to_client_;
  while (leg.readable && !flow.read_ended && stage_ == Stage::kLingering) {
    const IoResult read =
        around_.sockets.Read(leg.fd.get(), around_.buffer.data(), around_.buffer.size());
    if (read.kind == IoResult::Kind::kWouldBlock) {
      leg.readable = false;
    } else if (read.kind == IoResult::Kind::kDone) {
      flow.counts.received += read.bytes;
      flow.counts.dropped += read.bytes;
    } else {
      flow.read_ended = true;
    }
  }
  if (to_server_.read_ended && to_client_.read_ended) Finish(ProxyEnd::kLimit, false);
}

void ProxiedConnection::Reset(ProxyEnd end) {
  Finish(end, true);
}

void ProxiedConnection::Finish(ProxyEnd end, bool reset) {
  if (stage_ == Stage::kOver) return;
  stage_ = Stage::kOver;
  end_ = end;
  closed_ = around_.loop.clock().Now();
  if (timer_ != 0) around_.loop.Cancel(timer_);
  for (Leg* leg : {&client_, &server_}) {
    if (!leg->fd.valid()) continue;
    around_.loop.Unwatch(leg->fd.get());
    if (reset) around_.sockets.ResetOnClose(leg->fd.get());
    leg->fd.Reset();
  }
  // From the loop: whoever called may still be at work on this connection.
  timer_ = around_.loop.After(Duration::zero(), [this] {
    timer_ = 0;
    around_.over(id_);
  });
}

ProxiedConnectionState ProxiedConnection::State() const {
  ProxiedConnectionState state;
  state.id = id_;
  state.client_port = client_port_;
  state.opened = opened_;
  state.connected = connected_;
  state.closed = closed_;
  state.end = end_;
  for (const auto& [flow, into] :
       {std::pair(&to_server_, &state.to_server), std::pair(&to_client_, &state.to_client)}) {
    *into = flow->counts;
    into->delivered = flow->pipe.delivered();
    into->waiting = flow->pipe.waiting();
    into->ended = flow->shut;
  }
  for (const ActiveFault& active : around_.faults.active()) {
    if (around_.faults.Hits(active, id_)) state.faults.push_back(active.id);
  }
  return state;
}

std::uint64_t ProxiedConnection::delivered(Fault::Flow flow) const {
  return (flow == Fault::Flow::kToServer ? to_server_ : to_client_).pipe.delivered();
}

}  // namespace twelve
