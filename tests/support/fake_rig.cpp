#include "tests/support/fake_rig.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/fake_load.h"
#include "tests/support/fake_paths.h"
#include "tests/support/fake_process.h"

namespace twelve {
namespace {

constexpr Duration kLook = std::chrono::milliseconds(20);  // as often as a LiveRig asks at least

}  // namespace

std::string FakeHttp(int status, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Fake\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Handles ----------------------------------------------------------------------------------------

class FakeRig::FakeInstance final : public Instance {
 public:
  FakeInstance(FakeRig& rig, std::shared_ptr<Process> process)
      : rig_(rig), process_(std::move(process)) {}
  ~FakeInstance() override { process_->Kill("no longer needed"); }
  FakeInstance(const FakeInstance&) = delete;
  FakeInstance& operator=(const FakeInstance&) = delete;

  ProcessStatus Snapshot() const override { return process_->status(); }
  Status Signal(SignalTarget target, int signal, std::string because) override {
    return process_->Signal(target, signal, because);
  }
  void Stop(std::string because) override { process_->Stop(because); }
  void Kill(std::string because) override { process_->Kill(because); }
  std::vector<ProcessInfo> Tree() const override { return process_->Tree(); }
  std::vector<ListeningSocket> Listeners() const override {
    const ProcessStatus& status = process_->status();
    if (!process_->listening() || status.port == 0) return {};
    return {{status.pid, status.port, "127.0.0.1"}};
  }
  ResourceSample Resources() const override {
    ResourceSample sample;
    sample.at = rig_.clock_.Now();
    sample.processes = sample.threads = static_cast<int>(Tree().size());
    return sample;
  }
  std::vector<LogLine> Logs(std::size_t max) const override {
    const std::uint16_t source = rig_.logs_->Source(process_->status().name);
    std::vector<LogLine> lines = rig_.logs_->Read(0, rig_.logs_->Counts().next);
    std::erase_if(lines, [&](const LogLine& line) { return line.source != source; });
    if (lines.size() > max) lines.erase(lines.begin(), lines.end() - static_cast<long>(max));
    return lines;
  }

 private:
  FakeRig& rig_;
  std::shared_ptr<Process> process_;
};

class FakeRig::FakeConnection final : public Connection {
 public:
  FakeConnection(FakeRig& rig, std::uint16_t port)
      : rig_(rig), port_(port), id_(++rig.connections_), wire_(std::make_shared<Wire>()) {
    if (rig_.routers_.contains(port)) return;  // it takes every connection; who serves, comes later
    if (const auto proxy = rig_.proxies_.find(port); proxy != rig_.proxies_.end()) {
      ++proxy->second->accepted;
    }
    const Route route = rig_.Follow(port, id_);
    process_ = route.process;
    if (route.way == Route::Way::kRefused) End(*wire_, State::kRefused, rig_.clock_.Now());
    if (route.way == Route::Way::kReset) End(*wire_, State::kReset, rig_.clock_.Now());
    if (route.way == Route::Way::kUnanswered) wire_->state = State::kConnecting;
  }

  State state() const override {
    if (wire_->state == State::kOpen && process_ && !process_->status().alive()) {
      End(*wire_, State::kEnded, *process_->status().leader_ended);
    }
    return wire_->state;
  }
  void Send(std::string_view bytes) override {
    if (state() != State::kOpen) return;
    unread_ += bytes;
    for (std::size_t end; (end = unread_.find("\r\n\r\n")) != std::string::npos;) {
      Ask(rig_, port_, id_, wire_, unread_.substr(0, unread_.find(" HTTP/")));
      unread_.erase(0, end + 4);
    }
  }
  void FinishSending() override {}
  void PauseReading(bool /*paused*/) override {}
  std::string Received() const override { return wire_->received; }
  std::optional<TimePoint> first_byte() const override { return wire_->first_byte; }
  std::optional<TimePoint> last_byte() const override { return wire_->last_byte; }
  std::optional<TimePoint> ended() const override {
    state();
    return wire_->ended;
  }

 private:
  struct Wire {
    State state = State::kOpen;
    std::string received;
    std::optional<TimePoint> first_byte, last_byte, ended;
  };

  static void End(Wire& wire, State state, TimePoint when) {
    wire.state = state;
    wire.ended = when;
  }

  static void Ask(FakeRig& rig, std::uint16_t port, std::uint64_t id,
                  const std::shared_ptr<Wire>& wire, const std::string& request) {
    const Route route = rig.Follow(port, id);
    const TimePoint now = rig.clock_.Now();
    switch (route.way) {
      case Route::Way::kLost:
      case Route::Way::kUnanswered:
        return;
      case Route::Way::kHeld:
        return rig.After(kLook, [&rig, port, id, wire, request] {
          if (wire->state == State::kOpen) Ask(rig, port, id, wire, request);
        });
      case Route::Way::kReset:
      case Route::Way::kRefused:
        return End(*wire, State::kReset, now);
      case Route::Way::kNobody:
        return Answer(rig, *wire, {FakeHttp(503, route.why), {}, FakeAnswer::End::kKeepOpen});
      case Route::Way::kDirect:
        break;
    }
    const auto& script = route.process->program().answer;
    const FakeAnswer answer = script ? script(request) : FakeAnswer{FakeHttp(200, "ok"), {}, {}};
    route.process->Later(answer.after + route.delay, [wire, answer, &rig, process = route.process] {
      if (wire->state != State::kOpen || !process->status().alive()) return;
      Answer(rig, *wire, answer);
    });
  }

  static void Answer(FakeRig& rig, Wire& wire, const FakeAnswer& answer) {
    const TimePoint now = rig.clock_.Now();
    wire.received += answer.bytes;
    if (!answer.bytes.empty() && !wire.first_byte) wire.first_byte = now;
    if (!answer.bytes.empty()) wire.last_byte = now;
    if (answer.end == FakeAnswer::End::kClose) End(wire, State::kEnded, now);
    if (answer.end == FakeAnswer::End::kReset) End(wire, State::kReset, now);
  }

  FakeRig& rig_;
  const std::uint16_t port_;
  const std::uint64_t id_;
  std::shared_ptr<Wire> wire_;        // answers on their way outlive the handle
  std::shared_ptr<Process> process_;  // at the other end; none behind a router
  std::string unread_;
};

class FakeRig::FakeOccupied final : public Connection {
 public:
  FakeOccupied(FakeRig& rig, std::uint16_t port) : rig_(rig), port_(port) {
    ++rig_.occupied_[port_];
  }
  ~FakeOccupied() override { rig_.occupied_.erase(port_); }
  FakeOccupied(const FakeOccupied&) = delete;
  FakeOccupied& operator=(const FakeOccupied&) = delete;

  State state() const override { return State::kOpen; }
  void Send(std::string_view /*bytes*/) override {}
  void FinishSending() override {}
  void PauseReading(bool /*paused*/) override {}
  std::string Received() const override { return {}; }
  std::optional<TimePoint> first_byte() const override { return std::nullopt; }
  std::optional<TimePoint> last_byte() const override { return std::nullopt; }
  std::optional<TimePoint> ended() const override { return std::nullopt; }

 private:
  FakeRig& rig_;
  std::uint16_t port_;
};

// FakeRig ----------------------------------------------------------------------------------------

FakeRig::FakeRig() : logs_(std::make_shared<LogStore>()) {}

FakeRig::~FakeRig() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

void FakeRig::Script(const std::string& name_or_type, FakeProgram program) {
  programs_[name_or_type] = std::move(program);
}

void FakeRig::After(Duration delay, std::function<void()> task) {
  agenda_.emplace(clock_.Now() + std::max(delay, Duration::zero()), std::move(task));
}

void FakeRig::Pass(Duration time) {
  WaitUntil([] { return false; }, Deadline(clock_.Now() + time));
}

int FakeRig::alive() const {
  return static_cast<int>(std::count_if(processes_.begin(), processes_.end(),
                                        [](const auto& p) { return !p->status().over(); }));
}

void FakeRig::Step(TimePoint limit) {
  const TimePoint next = agenda_.empty() ? limit : std::min(limit, agenda_.begin()->first);
  if (next > clock_.Now()) clock_.Advance(next - clock_.Now());
  if (agenda_.empty() || agenda_.begin()->first > clock_.Now()) return;
  const std::function<void()> task = std::move(agenda_.begin()->second);
  agenda_.erase(agenda_.begin());
  task();
}

bool FakeRig::WaitUntil(const std::function<bool()>& predicate, Deadline deadline) {
  for (;;) {
    if (cancelled_) return false;
    if (predicate()) return true;
    const bool more_now = !agenda_.empty() && agenda_.begin()->first <= clock_.Now();
    if (deadline.Passed(clock_) && !more_now) return false;
    Step(std::min(deadline.at(), clock_.Now() + kLook));
  }
}

Result<std::uint16_t> FakeRig::LeasePort() {
  return next_port_++;
}

Result<std::string> FakeRig::MakeDirectory(std::string_view hint) {
  if (directory_.empty()) {
    std::string path = std::filesystem::temp_directory_path() / "twelve-fake-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return SystemError("no directory", "mkdtemp", errno);
    directory_ = path;
  }
  std::string path = directory_ + "/" + std::string(hint) + "-" + std::to_string(++directories_);
  std::filesystem::create_directory(path);
  return path;
}

Result<std::unique_ptr<Instance>> FakeRig::Launch(ProcessSpec spec) {
  for (const auto& process : processes_) {
    if (process->status().name == spec.name && !process->status().over()) {
      return Error{ErrorCode::kBusy, spec.name + " is running already", {}, 0};
    }
  }
  FakeProgram program;
  for (const std::string& key : {std::string(), spec.type, spec.name}) {
    const auto found = programs_.find(key);
    if (found != programs_.end()) program = found->second;
  }
  specs_.push_back(spec);
  auto process = std::make_shared<Process>(*this, std::move(spec), std::move(program));
  process->Begin();
  processes_.push_back(process);
  return std::unique_ptr<Instance>(std::make_unique<FakeInstance>(*this, std::move(process)));
}

std::shared_ptr<FakeRig::Process> FakeRig::Listener(std::uint16_t port) const {
  for (const auto& process : processes_) {
    if (process->status().port == port && process->listening()) return process;
  }
  return nullptr;
}

bool FakeRig::Taken(std::uint16_t port) const {
  return occupied_.contains(port) || proxies_.contains(port) || routers_.contains(port) ||
         Listener(port) != nullptr;
}

FakeRig::Route FakeRig::Follow(std::uint16_t port, std::uint64_t connection) {
  if (const auto proxy = proxies_.find(port); proxy != proxies_.end()) {
    FaultTable& faults = proxy->second->faults;
    faults.Expire(clock_.Now());
    Route route;
    if (faults.Has(Fault::Kind::kRefuse)) {
      route.way = Route::Way::kRefused;
      return route;
    }
    if (faults.Has(Fault::Kind::kConnectTimeout)) {
      route.way = Route::Way::kUnanswered;
      return route;
    }
    route = Follow(proxy->second->plan.target.port, connection);
    for (const Fault::Flow flow : {Fault::Flow::kToServer, Fault::Flow::kToClient}) {
      const FlowFaults there = faults.For(connection, flow);
      route.delay += there.latency;
      if (there.stall) route.way = Route::Way::kHeld;
      if (there.drop) route.way = Route::Way::kLost;
      if (there.reset_after) route.way = Route::Way::kReset;
    }
    // Whom the target refuses, the proxy resets.
    if (route.way == Route::Way::kRefused) route.way = Route::Way::kReset;
    return route;
  }
  if (const auto router = routers_.find(port); router != routers_.end()) {
    RouterPath& path = *router->second;
    path.LookWhoIsReady(*this);
    ++path.tally.requests;
    const auto target = path.targets.Pick({});
    if (!target) {
      ++path.tally.no_target;
      return {Route::Way::kNobody, nullptr, {}, path.targets.WhyNobody()};
    }
    ++path.tally.At(*target).requests;
    path.tally.Answered(*target, 200, Duration::zero());
    return Follow(path.targets.at(*target).target.port, connection);
  }
  const std::shared_ptr<Process> process = Listener(port);
  return {process ? Route::Way::kDirect : Route::Way::kRefused, process, {}, {}};
}

Result<std::unique_ptr<FaultProxy>> FakeRig::StartProxy(const ProxyPlan& plan) {
  if (const Status valid = Validate(plan); !valid) return valid.error();
  const std::uint16_t port = plan.listen.port != 0 ? plan.listen.port : LeasePort().value();
  if (Taken(port)) return Error{ErrorCode::kBusy, "the port is taken", "bind", EADDRINUSE};
  const auto path = std::make_shared<ProxyPath>(plan);
  proxies_[port] = path;
  return std::unique_ptr<FaultProxy>(std::make_unique<FakeProxy>(*this, path, port));
}

Result<std::unique_ptr<Router>> FakeRig::StartRouter(const RouterPlan& plan) {
  if (const Status valid = Validate(plan); !valid) return valid.error();
  const std::uint16_t port = plan.listen.port != 0 ? plan.listen.port : LeasePort().value();
  if (Taken(port)) return Error{ErrorCode::kBusy, "the port is taken", "bind", EADDRINUSE};
  const auto path = std::make_shared<RouterPath>(*this, plan);
  routers_[port] = path;
  return std::unique_ptr<Router>(std::make_unique<FakeRouter>(*this, path, port));
}

Result<std::unique_ptr<Connection>> FakeRig::Connect(std::uint16_t port) {
  return std::unique_ptr<Connection>(std::make_unique<FakeConnection>(*this, port));
}

Result<std::unique_ptr<Connection>> FakeRig::Occupy(std::uint16_t port) {
  if (Taken(port)) return Error{ErrorCode::kBusy, "the port is taken", "bind", EADDRINUSE};
  return std::unique_ptr<Connection>(std::make_unique<FakeOccupied>(*this, port));
}

Result<std::unique_ptr<Load>> FakeRig::StartLoad(LoadPlan plan) {
  if (const Status valid = Validate(plan); !valid) return valid.error();
  return std::unique_ptr<Load>(std::make_unique<FakeLoad>(*this, std::move(plan)));
}

}  // namespace twelve
