#include "harness/router/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/net/port_pool.h"
#include "harness/router/router_run.h"

namespace twelve {
namespace {

class ThreadedRouter final : public Router {
 public:
  ThreadedRouter(const RouterPlan& plan, SocketHost& sockets, std::unique_ptr<EventLoop> loop,
                 std::optional<PortLease> lease)
      : plan_(plan),
        lease_(std::move(lease)),
        thread_(std::move(loop)),
        run_(plan_, thread_.loop(), sockets) {}
  ~ThreadedRouter() override { thread_.Stop(); }

  Status Begin() {
    if (Status begun = run_.Begin(); !begun) return begun;
    port_ = run_.port();
    thread_.Start();
    return {};
  }

  std::uint16_t port() const override { return port_; }
  Status SetTargets(std::vector<LoadTarget> targets) override {
    RouterPlan plan = plan_;
    plan.targets = targets;
    if (Status valid = Validate(plan); !valid) return valid;
    thread_.Call([&] { run_.SetTargets(targets); });
    return {};
  }
  Status Drain(const std::string& name, bool draining) override {
    Status drained;
    thread_.Call([&] { drained = run_.Drain(name, draining); });
    return drained;
  }
  std::shared_ptr<const RouterSnapshot> Snapshot() const override {
    std::shared_ptr<const RouterSnapshot> snapshot;
    thread_.Call([&] { snapshot = run_.Snapshot(); });
    return snapshot;
  }

 private:
  const RouterPlan plan_;
  std::optional<PortLease> lease_;
  mutable LoopThread thread_;
  RouterRun run_;
  std::uint16_t port_ = 0;
};

/// A name goes into a cookie and into a header.
bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && static_cast<unsigned char>(c) < 0x7f &&
           std::string_view("\",;\\").find(c) == std::string_view::npos;
  });
}

Status ValidateTargets(const RouterPlan& plan) {
  std::set<std::string> names;
  for (const LoadTarget& target : plan.targets) {
    if (!IsName(target.name) || !names.insert(target.name).second) {
      return InvalidError(fmt::format(
          "\"{}\" cannot name a process of the router: names are single words, each used once",
          target.name));
    }
    if (target.port == 0) return InvalidError(target.name + " has no port");
    if (!plan.allow_external && !IsLoopback(target.address)) {
      return InvalidError(
          fmt::format("{} at {} is not on this machine: allow external targets if you mean it",
                      target.name, target.address));
    }
    if (plan.listen == Endpoint{target.address, target.port}) {
      return InvalidError(target.name + " is the router itself");
    }
  }
  return {};
}

}  // namespace

std::string_view ToString(RouterPolicy policy) {
  return policy == RouterPolicy::kRoundRobin ? "round robin" : "least connections";
}

Status Validate(const RouterPlan& plan) {
  if (!IsLoopback(plan.listen.address)) {
    return InvalidError(
        fmt::format("the router listens on loopback only, not on {}", plan.listen.address));
  }
  for (const Duration time : {plan.probe_period, plan.head_timeout, plan.idle_timeout,
                              plan.connect_timeout, plan.answer_timeout, plan.keep_idle}) {
    if (time <= Duration::zero()) return InvalidError("every time of the router must be above 0");
  }
  if (plan.fall < 1 || plan.rise < 1 || plan.max_clients < 1) {
    return InvalidError("fall, rise and the number of clients must be at least 1");
  }
  const bool path = !plan.ready_path.empty() && plan.ready_path[0] == '/' &&
                    plan.ready_path.find_first_of(" \r\n") == std::string::npos;
  if (!path) return InvalidError("the path that tells readiness must begin with \"/\"");
  return ValidateTargets(plan);
}

Result<std::unique_ptr<Router>> StartRouter(const RouterPlan& plan, SocketHost& sockets,
                                            const LoopThread::MakeLoop& make_loop) {
  if (Status valid = Validate(plan); !valid) return valid.error();
  RouterPlan chosen = plan;
  std::optional<PortLease> lease;
  if (plan.listen.port == 0) {
    auto leased = PortPool(sockets).Lease();
    if (!leased) return leased.error();
    chosen.listen.port = leased->port();
    lease.emplace(std::move(leased).value());
  }
  auto loop = make_loop();
  if (!loop) return loop.error();
  auto router =
      std::make_unique<ThreadedRouter>(chosen, sockets, std::move(loop).value(), std::move(lease));
  if (Status begun = router->Begin(); !begun) return begun.error();
  return std::unique_ptr<Router>(std::move(router));
}

}  // namespace twelve
