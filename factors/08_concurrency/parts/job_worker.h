#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include "factors/08_concurrency/parts/bounded_runner.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/job_handler.h"
#include "factors/contracts/job_queue.h"
#include "factors/contracts/termination.h"
#include "harness/base/unique_fd.h"

namespace twelve {

struct WorkerOptions {
  std::string name;  // nobody else's: the queue knows by it whose a job is
  int concurrency = 1;
  Duration visibility{};       // how long a job stays ours without an acknowledgement
  Duration give_back_after{};  // after StopAccepting: when to give up what goes on
};

/// Factor VIII: takes jobs from the queue and does so many of them at once. More workers do more
/// jobs; none of them knows of the others.
/// Factor IX: acknowledges a job after its work and never before. Asked to stop, it takes no more,
/// finishes what fits in the time that it has and returns the rest, so that another worker begins
/// it at once. Killed, it has acknowledged nothing that it did not do; the queue gives the job away
/// when its visibility is over.
///
/// What Open counts are the jobs in hand, and one for the taking itself.
///
/// Threads: Start once; what Drainable offers from one thread; the figures from any.
/// Owns:    its threads; the destructor gives up what goes on and waits for it.
/// Errors:  none; each turn of a job is an event with its trace. A queue that is away is asked
///          again, less and less often.
class JobWorker final : public Drainable {
 public:
  /// References must outlive it.
  JobWorker(WorkerOptions options, JobQueue& queue, JobHandlers handlers, EventSink& events,
            const Clock& clock);
  ~JobWorker() override;

  void Start();

  void StopAccepting() override TWELVE_EXCLUDES(mutex_);
  int Open() const override TWELVE_EXCLUDES(mutex_);
  std::string_view open_field() const override { return "work_in_hand"; }
  std::string_view cut_field() const override { return "work_cut"; }
  bool Ended() const override { return false; }
  int change_fd() const override { return change_.get(); }

  struct Counts {
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::int64_t returned = 0;
  };
  Counts counts() const TWELVE_EXCLUDES(mutex_);

 private:
  void TakeJobs();
  bool TakeOne();
  void Do(const Job& job);
  void Finish(const Job& job, const Result<std::string>& result, TimePoint taken);
  bool AcknowledgeDone(const Job& job, const std::string& result, TimePoint taken);
  void GiveBack(const Job& job, const Error& why);
  void Opened() TWELVE_EXCLUDES(mutex_);
  void Closed() TWELVE_EXCLUDES(mutex_);
  void GiveUpInTime(TimePoint when) TWELVE_EXCLUDES(mutex_);
  void Count(std::int64_t Counts::*which) TWELVE_EXCLUDES(mutex_);
  void Tell(const Job& job, std::string_view type, std::vector<EventField> more, EventLevel level);

  const WorkerOptions options_;
  JobQueue& queue_;
  const JobHandlers handlers_;
  EventSink& events_;
  const Clock& clock_;
  const UniqueFd change_;
  Cancellation stop_;        // take no more
  Cancellation give_up_;     // and leave what goes on
  bool queue_away_ = false;  // of the taking thread
  mutable Mutex mutex_;
  CondVar closed_;
  int open_ TWELVE_GUARDED_BY(mutex_) = 0;
  Counts counts_ TWELVE_GUARDED_BY(mutex_);
  std::thread taking_;
  std::thread giving_up_;
  BoundedRunner runner_;  // last: its work uses all the others
};

}  // namespace twelve
