#include "factors/service/process_switches.h"

#include "factors/08_concurrency/parts/careless_launches.h"
#include "factors/08_concurrency/parts/careless_starts.h"
#include "factors/08_concurrency/parts/in_process_cron.h"
#include "factors/08_concurrency/parts/inline_job_queue.h"
#include "factors/08_concurrency/parts/job_handlers.h"
#include "factors/08_concurrency/parts/pool_child.h"
#include "factors/09_disposability/parts/careless_boot.h"
#include "factors/09_disposability/parts/careless_job_queues.h"
#include "factors/09_disposability/parts/careless_termination.h"
#include "factors/09_disposability/parts/early_routes.h"
#include "factors/09_disposability/parts/halfway_terminations.h"
#include "factors/09_disposability/parts/keyless_job_queue.h"
#include "factors/09_disposability/parts/shell_wrapped_launch.h"
#include "factors/12_admin_processes/parts/careless_admin.h"
#include "factors/12_admin_processes/parts/careless_migration.h"

namespace twelve {
namespace {

using Kind = CarelessTermination::Kind;

template <typename Launch>
void LaunchBy(PartChoice& parts) {
  parts.launch = std::make_unique<Launch>();
}

template <typename Step>
void Boot(PartChoice& parts) {
  parts.boot.push_back(std::make_unique<Step>());
}

template <typename Step>
void BootWorker(PartChoice& parts) {
  parts.worker_boot.push_back(std::make_unique<Step>());
}

template <CarelessTermination::Kind kind>
void Terminate(PartChoice& parts) {
  parts.termination = std::make_unique<CarelessTermination>(kind);
  parts.configure_termination = [](const TerminationNeeds&) {};
}

/// Stands before the handling that there is, which stays configured.
template <typename Termination>
void TerminateHalfway(PartChoice& parts) {
  parts.termination = std::make_unique<Termination>(std::move(parts.termination));
}

template <typename Queue>
void TakeJobsBy(PartChoice& parts) {
  parts.open_queue = [open = std::move(parts.open_queue)](
                         const std::string& url, const AttachOptions& options, const Clock& clock) {
    Result<std::unique_ptr<JobQueue>> queue = open(url, options, clock);
    if (!queue) return queue;
    return Result<std::unique_ptr<JobQueue>>(std::make_unique<Queue>(std::move(queue).value()));
  };
}

void WorkInline(PartChoice& parts) {
  parts.web_queue = [](JobQueue&, Database& database, const Clock& clock) {
    const auto compute = [](const std::string& task, const Cancellation&) {
      return ComputeHash(task);
    };
    return std::make_shared<InlineJobQueue>(ServiceJobHandlers(compute, database, clock));
  };
}

void RunCron(PartChoice& parts) {
  parts.beside_web = [](JobQueue& queue, EventSink& events) {
    return std::make_shared<InProcessCron>(queue, events);
  };
}

void MigrateAtEachBoot(PartChoice& parts) {
  parts.database_boot.emplace_back(MigrateAtBoot);
}

void SayReadyEarly(PartChoice& parts) {
  parts.route_wrappers.emplace_back(
      [clock = std::make_shared<SystemClock>()](std::vector<HttpRoute> routes) {
        return ReadyTooEarly(std::move(routes), *clock);
      });
}

template <typename Host>
void HostAdmin(PartChoice& parts) {
  parts.admin_host = std::make_unique<Host>();
}

void TakeDefaultDatabase(PartChoice& parts) {
  parts.open_admin_database = [open = std::move(parts.open_admin_database)](
                                  const std::string& wanted, const AttachOptions& options,
                                  const Clock& clock) {
    const auto open_url = [&](const std::string& url) { return open(url, options, clock); };
    return OpenConfiguredOrDefault(open_url, wanted, options.connect_timeout);
  };
}

void MigrateOnce(PartChoice& parts) {
  parts.run_admin_task = MigrateOnceOnly;
}

constexpr ViolationSwitch kSwitches[] = {
    {"ack-before-work", TakeJobsBy<EarlyAcknowledgement>},
    {"admin-binds-port", HostAdmin<ServingHost>},
    {"admin-default-config", TakeDefaultDatabase},
    {"admin-exit-0", HostAdmin<CheerfulHost>},
    {"admin-hangs", HostAdmin<HangingHost>},
    {"boot-ignores-term", Boot<DeafBoot>},
    {"broken-worker-type", BootWorker<BrokenWorkerBoot>},
    {"daemonize", LaunchBy<DaemonizedLaunch>},
    {"exit-1-on-term", TerminateHalfway<FailingTermination>},
    {"exit-on-sigterm", Terminate<Kind::kExit>},
    {"flock-singleton", Boot<SingletonBoot>},
    {"ignore-sigint", TerminateHalfway<TermOnlyTermination>},
    {"ignore-sigterm", Terminate<Kind::kIgnore>},
    {"in-process-cron", RunCron},
    {"inline-worker", WorkInline},
    {"keep-accepting", TerminateHalfway<LateTermination>},
    {"listen-before-ready", SayReadyEarly},
    {"migrate-not-idempotent", MigrateOnce},
    {"migrate-on-boot", MigrateAtEachBoot},
    {"no-term-handler", Terminate<Kind::kNoHandler>},
    {"non-idempotent-job", TakeJobsBy<KeylessJobQueue>},
    {"orphan-worker", LaunchBy<OrphaningLaunch>},
    {"pidfile", Boot<PidFileBoot>},
    {"shell-wrapper", LaunchBy<ShellWrappedLaunch>},
    {"slow-boot", Boot<SlowBoot>},
    {"stale-lock", Boot<LockFileBoot>},
    {"worker-drops-job", TakeJobsBy<DroppedReturn>},
    {"zombie-maker", Boot<ZombieBoot>},
};

}  // namespace

std::span<const ViolationSwitch> ProcessSwitches() {
  return kSwitches;
}

}  // namespace twelve
