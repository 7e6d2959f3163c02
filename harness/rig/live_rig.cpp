#include "harness/rig/live_rig.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_process_table.h"
#include "harness/os/posix/posix_socket_host.h"
#include "harness/rig/live_handles.h"
#include "harness/rig/live_paths.h"
#include "harness/rig/rig_core.h"
#include "harness/rig/rig_directories.h"

namespace twelve {
namespace {

constexpr Duration kAskAgain = std::chrono::milliseconds(20);

const Clock& TheSystemsClock() {
  static const SystemClock clock;
  return clock;
}

std::string TemporaryRoot() {
  const char* root = std::getenv("TMPDIR");
  return root != nullptr && *root == '/' ? root : "/tmp";
}

}  // namespace

Result<std::unique_ptr<LiveRig>> LiveRig::Create(LiveRigOptions options) {
  if (options.guard_path.empty()) {
    auto found = FindGuard();
    if (!found) return found.error();
    options.guard_path = std::move(found).value();
  }
  if (options.clock == nullptr) options.clock = &TheSystemsClock();
  if (options.temporary_root.empty()) options.temporary_root = TemporaryRoot();
  const LoadGenerator::MakeLoop make_loop = [clock = options.clock] {
    return PosixEventLoop::Create(*clock);
  };
  auto loop = make_loop();
  if (!loop) return loop.error();
  RigCore::Seams seams;
  seams.clock = options.clock;
  seams.loop = std::move(loop).value();
  seams.sockets = std::make_unique<PosixSocketHost>();
  seams.host = std::make_unique<PosixProcessHost>(options.guard_path);
  seams.table = std::make_unique<PosixProcessTable>();
  seams.make_loop = make_loop;
  seams.log_limits = options.log_limits;
  return std::unique_ptr<LiveRig>(
      new LiveRig(std::move(options), std::make_shared<RigCore>(std::move(seams))));
}

LiveRig::LiveRig(LiveRigOptions options, std::shared_ptr<RigCore> core)
    : options_(std::move(options)),
      core_(std::move(core)),
      ports_(core_->sockets(), options_.port_scope),
      directories_(std::make_unique<RigDirectories>(core_->host(), options_.temporary_root)) {}

LiveRig::~LiveRig() {
  for (const auto& weak : loads_) {
    if (const auto load = weak.lock()) load->End();
  }
  for (const auto& weak : proxies_) {
    if (const auto proxy = weak.lock()) proxy->End();
  }
  for (const auto& weak : routers_) {
    if (const auto router = weak.lock()) router->End();
  }
  core_->End();
}

const Clock& LiveRig::clock() const {
  return core_->clock();
}

bool LiveRig::cancelled() const {
  return options_.cancelled && options_.cancelled();
}

bool LiveRig::WaitUntil(const std::function<bool()>& predicate, Deadline deadline) {
  for (;;) {
    if (cancelled()) return false;
    const std::uint64_t seen = core_->news().Seen();
    if (predicate()) return true;
    if (deadline.Passed(clock())) return false;
    core_->news().WaitPast(
        seen, std::chrono::steady_clock::now() + std::min(kAskAgain, deadline.Left(clock())));
  }
}

Result<std::uint16_t> LiveRig::LeasePort() {
  auto lease = ports_.Lease();
  if (!lease) return lease.error();
  leases_.push_back(std::move(lease).value());
  return leases_.back().port();
}

Result<std::string> LiveRig::MakeDirectory(std::string_view hint) {
  return directories_->Make(hint);
}

Result<std::unique_ptr<Instance>> LiveRig::Launch(ProcessSpec spec) {
  auto record = core_->Launch(std::move(spec));
  if (!record) return record.error();
  return std::unique_ptr<Instance>(
      std::make_unique<LiveInstance>(core_, std::move(record).value()));
}

Result<std::unique_ptr<Connection>> LiveRig::Connect(std::uint16_t port) {
  return std::unique_ptr<Connection>(std::make_unique<LiveConnection>(core_, port));
}

Result<std::unique_ptr<Connection>> LiveRig::Occupy(std::uint16_t port) {
  auto listener = core_->sockets().Listen("127.0.0.1", port, 1);
  if (!listener) return listener.error();
  return std::unique_ptr<Connection>(std::make_unique<OccupiedPort>(std::move(listener).value()));
}

Result<std::unique_ptr<Load>> LiveRig::StartLoad(LoadPlan plan) {
  auto generator = LoadGenerator::Start(std::move(plan), core_->sockets(), core_->make_loop());
  if (!generator) return generator.error();
  auto load = std::make_shared<EndableLoad>(std::move(generator).value());
  std::erase_if(loads_, [](const auto& weak) { return weak.expired(); });
  loads_.push_back(load);
  return std::unique_ptr<Load>(std::make_unique<LiveLoad>(core_, std::move(load)));
}

Result<std::unique_ptr<FaultProxy>> LiveRig::StartProxy(const ProxyPlan& plan) {
  ProxyPlan chosen = plan;
  if (plan.listen.port == 0) {  // leased from the rig's own pool, whose scope tests may choose
    auto port = LeasePort();
    if (!port) return port.error();
    chosen.listen.port = *port;
  }
  auto started = FaultProxy::Start(chosen, core_->sockets(), core_->make_loop());
  if (!started) return started.error();
  const std::uint16_t port = (*started)->port();
  auto proxy = std::make_shared<EndableProxy>(std::move(started).value());
  std::erase_if(proxies_, [](const auto& weak) { return weak.expired(); });
  proxies_.push_back(proxy);
  return std::unique_ptr<FaultProxy>(std::make_unique<LiveProxy>(core_, std::move(proxy), port));
}

Result<std::unique_ptr<Router>> LiveRig::StartRouter(const RouterPlan& plan) {
  RouterPlan chosen = plan;
  if (plan.listen.port == 0) {
    auto port = LeasePort();
    if (!port) return port.error();
    chosen.listen.port = *port;
  }
  auto started = twelve::StartRouter(chosen, core_->sockets(), core_->make_loop());
  if (!started) return started.error();
  const std::uint16_t port = (*started)->port();
  auto router = std::make_shared<EndableRouter>(std::move(started).value());
  std::erase_if(routers_, [](const auto& weak) { return weak.expired(); });
  routers_.push_back(router);
  return std::unique_ptr<Router>(std::make_unique<LiveRouter>(core_, std::move(router), port));
}

std::shared_ptr<LogStore> LiveRig::logs() {
  return core_->logs();
}

}  // namespace twelve
