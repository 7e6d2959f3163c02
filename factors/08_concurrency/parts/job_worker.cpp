#include "factors/08_concurrency/parts/job_worker.h"

#include <sys/eventfd.h>

#include <algorithm>

#include "factors/contracts/log_context.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

// How long one Take waits for a job: no longer, so that a wish to stop is soon seen.
constexpr milliseconds kTakeWait(500);
// Between two tries at a queue that is away: doubled each time, up to the second.
constexpr milliseconds kFirstPause(100), kLongestPause(2000);
// Before a job that did not work out is given back, so that it does not go round and round.
constexpr milliseconds kBeforeReturn(500);
// A job that came back so often will not work out: something other than bad luck is wrong with it.
constexpr int kMostDeliveries = 20;

}  // namespace

JobWorker::JobWorker(WorkerOptions options, JobQueue& queue, JobHandlers handlers,
                     EventSink& events, const Clock& clock)
    : options_(std::move(options)),
      queue_(queue),
      handlers_(std::move(handlers)),
      events_(events),
      clock_(clock),
      change_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      runner_(options_.concurrency) {}

JobWorker::~JobWorker() {
  stop_.Cancel();
  give_up_.Cancel();
  if (taking_.joinable()) taking_.join();
  if (giving_up_.joinable()) giving_up_.join();
}

void JobWorker::Start() {
  Opened();
  taking_ = std::thread([this] {
    TakeJobs();
    Closed();
  });
}

void JobWorker::StopAccepting() {
  if (stop_.cancelled()) return;
  stop_.Cancel();
  giving_up_ =
      std::thread([this, when = clock_.Now() + options_.give_back_after] { GiveUpInTime(when); });
}

void JobWorker::GiveUpInTime(TimePoint when) {
  {
    MutexLock lock(mutex_);
    while (open_ > 0 && clock_.Now() < when && !give_up_.cancelled()) {
      closed_.WaitUntil(mutex_, when);
    }
  }
  give_up_.Cancel();
}

int JobWorker::Open() const {
  MutexLock lock(mutex_);
  return open_;
}

JobWorker::Counts JobWorker::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

void JobWorker::Opened() {
  MutexLock lock(mutex_);
  ++open_;
}

void JobWorker::Closed() {
  MutexLock lock(mutex_);
  if (--open_ > 0) return;
  closed_.NotifyAll();
  ::eventfd_write(change_.get(), 1);
}

void JobWorker::Count(std::int64_t Counts::*which) {
  MutexLock lock(mutex_);
  ++(counts_.*which);
}

void JobWorker::TakeJobs() {
  Duration pause = kFirstPause;
  while (!stop_.cancelled()) {
    runner_.WaitForPlace();
    if (stop_.cancelled()) return;
    if (TakeOne()) {
      pause = kFirstPause;
    } else {
      stop_.WaitFor(pause);
      pause = std::min<Duration>(2 * pause, kLongestPause);
    }
  }
}

bool JobWorker::TakeOne() {
  Result<std::optional<Job>> taken = queue_.Take(options_.name, options_.visibility, kTakeWait);
  if (queue_away_ != !taken.ok()) {
    queue_away_ = !taken.ok();
    events_.Write({queue_away_ ? "queue_away" : "queue_back",
                   {{"reason", taken.ok() ? std::string() : taken.error().message}},
                   queue_away_ ? EventLevel::kError : EventLevel::kInfo});
  }
  if (!taken) return false;
  if (!taken->has_value()) return true;
  const Job job = std::move(**taken);
  if (stop_.cancelled()) {
    GiveBack(job, {ErrorCode::kClosed, "the worker was asked to end", {}, 0});
    return true;
  }
  Opened();
  runner_.Run([this, job] {
    Do(job);
    Closed();
  });
  return true;
}

void JobWorker::Do(const Job& job) {
  const LogContextScope scope({job.trace_id, {}, job.id});
  const TimePoint taken = clock_.Now();
  Tell(job, "job_started", {{"deliveries", std::int64_t{job.deliveries}}}, EventLevel::kInfo);
  const auto handler = handlers_.find(job.kind);
  if (handler == handlers_.end()) {
    Finish(job, InvalidError("no worker knows jobs of the kind \"" + job.kind + "\""), taken);
    return;
  }
  Finish(job, handler->second(job, give_up_), taken);
}

void JobWorker::Finish(const Job& job, const Result<std::string>& result, TimePoint taken) {
  if (result.ok()) {
    if (!AcknowledgeDone(job, *result, taken)) return;
    Count(&Counts::done);
    Tell(job, "job_done", {{"duration_ms", ToMs(clock_.Now() - taken)}}, EventLevel::kInfo);
    return;
  }
  const bool hopeless =
      result.error().code == ErrorCode::kInvalid || job.deliveries >= kMostDeliveries;
  if (give_up_.cancelled() && !hopeless) {
    GiveBack(job, result.error());
  } else if (!hopeless) {
    give_up_.WaitFor(kBeforeReturn);
    GiveBack(job, result.error());
  } else {
    const Result<bool> failed = queue_.Fail(job, options_.name, result.error().message);
    if (failed.ok() && *failed) Count(&Counts::failed);
    Tell(job, "job_failed", {{"reason", result.error().message}}, EventLevel::kError);
  }
}

bool JobWorker::AcknowledgeDone(const Job& job, const std::string& result, TimePoint taken) {
  // What is done should not be done again because the queue was away for a moment.
  Result<bool> ours = queue_.Acknowledge(job, options_.name, result);
  while (!ours.ok() && clock_.Now() < taken + options_.visibility &&
         !give_up_.WaitFor(kFirstPause)) {
    ours = queue_.Acknowledge(job, options_.name, result);
  }
  if (ours.ok() && *ours) return true;
  Tell(job, "job_not_acknowledged",
       {{"reason", ours.ok() ? std::string("another worker has it: it took longer than the "
                                           "visibility timeout")
                             : ours.error().message}},
       EventLevel::kWarning);
  return false;
}

void JobWorker::GiveBack(const Job& job, const Error& why) {
  const Result<bool> returned = queue_.Return(job, options_.name);
  if (returned.ok() && *returned) Count(&Counts::returned);
  Tell(job, "job_returned",
       {{"reason", why.message},
        {"in_queue", returned.ok() && *returned}},  // if not, then after its visibility
       EventLevel::kWarning);
}

void JobWorker::Tell(const Job& job, std::string_view type, std::vector<EventField> more,
                     EventLevel level) {
  Event event{type, {{"job_id", job.id}, {"kind", job.kind}}, level, job.trace_id};
  event.data.insert(event.data.end(), more.begin(), more.end());
  events_.Write(event);
}

}  // namespace twelve
