#include "app/session/check_session.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "harness/base/mutex.h"
#include "harness/conformance/calibration.h"

namespace twelve {

class CheckSession::Worker final : public ReportSink {
 public:
  Worker(std::string text, std::vector<const Check*> checks, CheckTools tools, const Clock& clock,
         std::vector<std::string> only)
      : checks_(std::move(checks)),
        tools_(std::move(tools)),
        clock_(clock),
        only_(std::move(only)),
        begun_(clock.Now()) {
    now_.target = std::move(text);
    now_.doing = "reading what to check";
    Publish();
    thread_ = std::thread([this] { Run(); });
  }

  ~Worker() override {
    cancelled_ = true;
    thread_.join();
  }

  void Cancel() { cancelled_ = true; }

  std::shared_ptr<const CheckSnapshot> Latest() const {
    MutexLock lock(mutex_);
    return latest_;
  }

  void RunStarted(const Target&, const std::vector<const Check*>& plan,
                  const Capabilities&) override {
    for (const Check* check : plan) now_.rows.push_back({check, {}, {}, {}});
    now_.doing.clear();
    Publish();
  }
  void CheckStarted(const Check& check) override {
    RowOf(check).state = CheckRow::State::kRunning;
    Publish();
  }
  void CheckFinished(const CheckResult& result) override {
    Note(result);
    Publish();
  }
  void RunFinished(const RunSummary& summary) override {
    for (const CheckResult& result : summary.results) Note(result);
    now_.exit_code = summary.exit_code;
  }

 private:
  void Run() {
    if (const Status done = RunAll(); !done) now_.error = done.error().message;
    now_.running = false;
    now_.doing.clear();
    Publish();
  }

  Status RunAll() {
    const Result<Target> target = tools_.read_target(now_.target);
    if (!target) return target.error();
    CheckOptions options;
    options.only = only_;
    options.files = tools_.files;
    options.cancelled = [this] { return cancelled_.load(); };
    const Result<CheckPlan> plan = MakePlan(checks_, *target, options);
    if (!plan) return plan.error();
    const MakeRig make_rig = tools_.rigs(options.cancelled);
    const bool timed = std::any_of(plan->run.begin(), plan->run.end(),
                                   [](const Check* check) { return check->exclusive; });
    now_.doing = "measuring how fast this machine is";
    Publish();
    const Calibration calibration = timed ? Calibrate(make_rig, tools_.service) : Calibration{};
    const Capabilities capabilities = tools_.capabilities();
    if (cancelled_) return {};
    const Result<RunSummary> summary =
        RunChecks(checks_, *target, capabilities, calibration, options, clock_, make_rig, {this});
    return summary ? Status() : Status(summary.error());
  }

  CheckRow& RowOf(const Check& check) {
    const auto found = std::find_if(now_.rows.begin(), now_.rows.end(),
                                    [&](const CheckRow& row) { return row.check == &check; });
    if (found != now_.rows.end()) return *found;
    now_.rows.push_back({&check, {}, {}, {}});
    return now_.rows.back();
  }

  void Note(const CheckResult& result) {
    CheckRow& row = RowOf(*result.check);
    row.state = CheckRow::State::kDone;
    row.finding = result.finding;
    row.took = result.took;
  }

  void Publish() {
    ++now_.generation;
    now_.took = clock_.Now() - begun_;
    auto copy = std::make_shared<const CheckSnapshot>(now_);
    MutexLock lock(mutex_);
    latest_ = std::move(copy);
  }

  const std::vector<const Check*> checks_;
  const CheckTools tools_;
  const Clock& clock_;
  const std::vector<std::string> only_;
  const TimePoint begun_;
  std::atomic<bool> cancelled_{false};
  CheckSnapshot now_;  // the worker's own
  mutable Mutex mutex_;
  std::shared_ptr<const CheckSnapshot> latest_ TWELVE_GUARDED_BY(mutex_);
  std::thread thread_;
};

CheckSession::CheckSession(std::string text, std::vector<const Check*> checks, CheckTools tools,
                           const Clock& clock)
    : CheckSession(std::move(text), std::move(checks), std::move(tools), clock, {}) {}

CheckSession::CheckSession(std::string text, std::vector<const Check*> checks, CheckTools tools,
                           const Clock& clock, std::vector<std::string> only)
    : worker_(std::make_unique<Worker>(std::move(text), std::move(checks), std::move(tools), clock,
                                       std::move(only))) {}

CheckSession::~CheckSession() = default;

void CheckSession::Cancel() {
  worker_->Cancel();
}

std::shared_ptr<const CheckSnapshot> CheckSession::Latest() const {
  return worker_->Latest();
}

}  // namespace twelve
