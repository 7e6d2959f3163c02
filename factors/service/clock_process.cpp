#include "factors/service/clock_process.h"

#include "factors/service/exit_code.h"

namespace twelve {
namespace {

/// What there is to do at each tick. A worker counts it: that two clocks made one job of it can be
/// seen in the database.
Job JobOfATick() {
  return {{}, "count", R"({"key":"ticks"})", {}, {}, 0};
}

}  // namespace

int ClockProcess::Run() {
  runtime_.ConfigureTermination(Duration::zero());
  if (const Status status = Boot(); !status) {
    return runtime_.Fail(kExitUnavailable, status.error());
  }
  TerminationHandling& termination = *runtime_.parts().termination;
  if (termination.WaitForRequest(Duration::zero())) return Stopped(0);
  const Duration interval = runtime_.config().clock_interval;
  clock_ = std::make_unique<TickClock>(JobOfATick(), interval, services_->queue(),
                                       runtime_.events(), runtime_.clock());
  clock_->Start();
  runtime_.events().Write({"ticking",
                           {{"queue", services_->queue().place()},
                            {"interval_s", ToSeconds(interval)},
                            {"startup_ms", ToMs(runtime_.uptime())}}});
  return Stopped(termination.Run(*clock_));
}

Status ClockProcess::Boot() {
  auto services = AttachedServices::Open(runtime_);
  if (!services) return services.error();
  services_ = std::move(services).value();
  return services_->Connect();
}

int ClockProcess::Stopped(int exit_code) {
  return runtime_.End(exit_code, {{"ticks", clock_ ? clock_->ticks() : std::int64_t{0}}});
}

}  // namespace twelve
