#include "factors/04_backing_services/parts/backing_watch.h"

#include <algorithm>

namespace twelve {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(100);
constexpr Duration kLongestPause = std::chrono::seconds(5);
constexpr int kDoublings = 6;  // 100 ms · 2^6 is beyond the longest

}  // namespace

std::optional<Duration> DoublingBackOff(int failures) {
  return std::min(kFirstPause * (1 << std::clamp(failures - 1, 0, kDoublings)), kLongestPause);
}

BackingWatch::BackingWatch(std::string name, BackingService& service, WatchOptions options,
                           EventSink& events, const Clock& clock)
    : name_(std::move(name)),
      service_(service),
      options_(std::move(options)),
      events_(events),
      clock_(clock) {
  MutexLock lock(mutex_);
  report_.name = name_;
  report_.kind = service_.kind();
  report_.place = service_.place();
  report_.state = report_.place.empty() ? BackingState::kDetached : BackingState::kConnecting;
  report_.since = clock_.WallNow();
}

BackingWatch::~BackingWatch() {
  BeginStop();
  Join();
}

std::uint64_t BackingWatch::Start() {
  if (thread_.joinable()) return AskForCheck();
  std::uint64_t asked = 0;
  {
    MutexLock lock(mutex_);
    stopping_ = false;
    failures_ = 0;
    due_ = std::chrono::steady_clock::now();
    asked = ++asked_;
  }
  thread_ = std::thread([this] { Run(); });
  return asked;
}

void BackingWatch::BeginStop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.NotifyAll();
}

void BackingWatch::Join() {
  if (thread_.joinable()) thread_.join();
}

std::uint64_t BackingWatch::AskForCheck() {
  MutexLock lock(mutex_);
  if (!IsPending()) {
    ++asked_;
    changed_.NotifyAll();
  }
  return asked_;
}

bool BackingWatch::IsPending() const {
  // Down, and an attempt has just failed: another one now would say the same.
  const bool resting = failures_ > 0 && std::chrono::steady_clock::now() < due_;
  return stopping_ || resting || report_.state == BackingState::kDetached;
}

BackingReport BackingWatch::WaitFor(std::uint64_t asked, TimePoint until) {
  MutexLock lock(mutex_);
  while (answered_ < asked && !stopping_ && report_.state != BackingState::kDetached &&
         std::chrono::steady_clock::now() < until) {
    changed_.WaitUntil(mutex_, until);
  }
  BackingReport report = report_;
  if (answered_ < asked && report.state == BackingState::kUp) {
    // It was up when it was last heard of; that it does not answer now is what counts.
    report.error = Error{ErrorCode::kTimeout, report.place + " does not answer", {}, 0};
    report.state = BackingState::kDown;
  }
  report.figures = service_.Figures();
  return report;
}

BackingReport BackingWatch::Report() {
  MutexLock lock(mutex_);
  BackingReport report = report_;
  report.figures = service_.Figures();
  return report;
}

void BackingWatch::Change(const std::function<void()>& change, bool attached) {
  MutexLock use(using_service_);
  change();
  MutexLock lock(mutex_);
  failures_ = 0;
  due_ = std::chrono::steady_clock::now();
  report_.place = service_.place();
  report_.error.reset();
  report_.latency.reset();
  Enter(attached ? BackingState::kConnecting : BackingState::kDetached);
  answered_ = asked_;
  if (attached) ++asked_;
  changed_.NotifyAll();
}

void BackingWatch::Run() {
  while (WaitUntilDue()) Look();
  service_.Disconnect();
  MutexLock lock(mutex_);
  if (report_.state != BackingState::kDetached) report_.state = BackingState::kConnecting;
}

bool BackingWatch::WaitUntilDue() {
  MutexLock lock(mutex_);
  for (;;) {
    if (stopping_) return false;
    const bool attached = report_.state != BackingState::kDetached;
    if (attached && (asked_ > answered_ || std::chrono::steady_clock::now() >= due_)) return true;
    if (attached && due_ != TimePoint::max()) {
      changed_.WaitUntil(mutex_, due_);
    } else {
      changed_.Wait(mutex_);
    }
  }
}

void BackingWatch::Look() {
  MutexLock use(using_service_);
  std::uint64_t asked = 0;
  {
    MutexLock lock(mutex_);
    if (stopping_ || report_.state == BackingState::kDetached) return;
    asked = asked_;
  }
  Status status = service_.Connect(options_.connect_timeout);
  const TimePoint start = clock_.Now();
  if (status) status = service_.Check(options_.check_timeout);
  const Duration latency = clock_.Now() - start;
  MutexLock lock(mutex_);
  Note(status, latency);
  answered_ = asked;
  changed_.NotifyAll();
}

void BackingWatch::Note(const Status& status, Duration latency) {
  const TimePoint now = std::chrono::steady_clock::now();
  if (status) {
    failures_ = 0;
    due_ = now + options_.check_every;
    report_.latency = latency;
    report_.error.reset();
    if (report_.state != BackingState::kUp) Enter(BackingState::kUp);
    return;
  }
  ++failures_;
  const std::optional<Duration> pause = options_.back_off(failures_);
  due_ = pause ? now + *pause : TimePoint::max();
  report_.error = status.error();
  if (report_.state != BackingState::kDown) Enter(BackingState::kDown);
}

void BackingWatch::Enter(BackingState state) {
  report_.state = state;
  report_.since = clock_.WallNow();
  Event event{"backing_state",
              {{"name", name_},
               {"kind", std::string(ToString(report_.kind))},
               {"state", std::string(ToString(state))},
               {"place", report_.place}}};
  if (state == BackingState::kUp) event.data.push_back({"latency_ms", ToMs(*report_.latency)});
  if (state == BackingState::kDown) {
    event.data.push_back({"error_message", report_.error->message});
    event.level = EventLevel::kWarning;
  }
  events_.Write(event);
}

}  // namespace twelve
