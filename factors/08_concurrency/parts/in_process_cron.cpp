#include "factors/08_concurrency/parts/in_process_cron.h"

namespace twelve {

InProcessCron::InProcessCron(JobQueue& queue, EventSink& events)
    : queue_(queue), events_(events), thread_([this] {
        do {
          PutOne();
        } while (!stop_.WaitFor(kEvery));
      }) {}

InProcessCron::~InProcessCron() {
  stop_.Cancel();
  thread_.join();
}

void InProcessCron::PutOne() {
  // Without a key: nobody could know that another process has put the same.
  const Result<std::string> id = queue_.Put({{}, "count", R"({"key":"newsletters"})", {}, {}, 0});
  if (id.ok()) events_.Write({"newsletter", {{"job_id", *id}}});
}

}  // namespace twelve
