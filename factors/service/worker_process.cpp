#include "factors/service/worker_process.h"

#include <algorithm>
#include <thread>

#include "factors/08_concurrency/parts/job_handlers.h"
#include "factors/contracts/random_id.h"
#include "factors/service/exit_code.h"

namespace twelve {
namespace {

// What is left of the grace period once jobs have been given up: time to return them.
constexpr std::chrono::seconds kTimeToReturn(1);

Duration GiveBackAfter(Duration grace) {
  return grace - std::min<Duration>(kTimeToReturn, grace / 4);
}

/// As many as there are cores, for more would only take turns; but never more than there are jobs.
int PoolSize(int concurrency) {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, concurrency);
}

}  // namespace

int WorkerProcess::Run() {
  runtime_.ConfigureTermination(Duration::zero());
  if (const Status status = Boot(); !status) {
    return runtime_.Fail(kExitUnavailable, status.error());
  }
  TerminationHandling& termination = *runtime_.parts().termination;
  if (termination.WaitForRequest(Duration::zero())) return Stopped(0);
  MakeWorker();
  return Stopped(termination.Run(*worker_));
}

Status WorkerProcess::Boot() {
  PartChoice& parts = runtime_.parts();
  for (const std::unique_ptr<BootStep>& step : parts.worker_boot) {
    if (Status status = step->Run(*parts.termination); !status) return status;
  }
  auto services = AttachedServices::Open(runtime_);
  if (!services) return services.error();
  services_ = std::move(services).value();
  if (Status status = services_->Connect(); !status) return status;
  auto pool = ProcessPool::Start({program_, "--pool-child"},
                                 PoolSize(runtime_.config().worker_concurrency));
  if (!pool) return pool.error();
  pool_ = std::move(pool).value();
  return {};
}

void WorkerProcess::MakeWorker() {
  const ServiceConfig& config = runtime_.config();
  const WorkerOptions options{"worker-" + RandomHex<8>(), config.worker_concurrency,
                              config.job_visibility, GiveBackAfter(config.grace)};
  worker_ = std::make_unique<JobWorker>(
      options, services_->queue(),
      ServiceJobHandlers([this](const std::string& task,
                                const Cancellation& cancel) { return pool_->Run(task, cancel); },
                         services_->database(), runtime_.clock()),
      runtime_.events(), runtime_.clock());
  worker_->Start();
  runtime_.events().Write({"working",
                           {{"worker", options.name},
                            {"queue", services_->queue().place()},
                            {"concurrency", std::int64_t{options.concurrency}},
                            {"pool_processes", std::int64_t{pool_->size()}},
                            {"startup_ms", ToMs(runtime_.uptime())}}});
}

int WorkerProcess::Stopped(int exit_code) {
  const JobWorker::Counts counts = worker_ ? worker_->counts() : JobWorker::Counts{};
  return runtime_.End(exit_code, {{"jobs_done", counts.done},
                                  {"jobs_failed", counts.failed},
                                  {"jobs_returned", counts.returned}});
}

}  // namespace twelve
