#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "factors/contracts/backing_service.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/clock.h"
#include "harness/base/mutex.h"

namespace twelve {

enum class BackingState { kDetached, kConnecting, kUp, kDown };

constexpr std::string_view ToString(BackingState state) {
  switch (state) {
    case BackingState::kDetached:
      return "detached";
    case BackingState::kConnecting:
      return "connecting";
    case BackingState::kUp:
      return "up";
    case BackingState::kDown:
      return "down";
  }
  return "";
}

/// What is known of one backing service.
struct BackingReport {
  std::string name;
  BackingKind kind = BackingKind::kDatabase;
  std::string place;  // without credentials; empty when nothing is attached
  BackingState state = BackingState::kDetached;
  std::optional<Duration> latency;  // of the last check that went well
  std::optional<Error> error;       // of the last one that did not; only while it is not up
  WallTime since{};                 // when the state began
  std::vector<BackingFigure> figures;
};

/// How long to wait until the next attempt, after so many that failed; nothing: never again.
using BackOff = std::function<std::optional<Duration>(int failures)>;

/// 100 ms, doubled with each failure up to 5 s: soon for a restart, seldom for an outage.
std::optional<Duration> DoublingBackOff(int failures);

struct WatchOptions {
  BackOff back_off = DoublingBackOff;
  Duration check_every = std::chrono::seconds(2);  // while it is up
  Duration connect_timeout = std::chrono::seconds(2);
  Duration check_timeout = std::chrono::seconds(1);
};

/// Keeps one backing service connected, from a thread of its own: a service that hangs holds up
/// nobody who looks after another one. Each change of state is an event.
///
/// Threads: any; Start, Stop and Change from one at a time.
/// Owns:    its thread, which the destructor ends. The service stays connected while it runs.
/// Errors:  reported, as part of the state.
class BackingWatch {
 public:
  /// All must outlive it.
  BackingWatch(std::string name, BackingService& service, WatchOptions options, EventSink& events,
               const Clock& clock);
  ~BackingWatch();
  BackingWatch(const BackingWatch&) = delete;
  BackingWatch& operator=(const BackingWatch&) = delete;

  const std::string& name() const { return name_; }

  /// WaitFor tells how the first look went.
  std::uint64_t Start() TWELVE_EXCLUDES(mutex_);
  /// Asks the thread to disconnect the service and to end; Join waits for it.
  void BeginStop() TWELVE_EXCLUDES(mutex_);
  void Join();

  /// Asks for a look at the service. While it is down and not due for another attempt, what is
  /// known already is the answer. WaitFor gives it the time.
  std::uint64_t AskForCheck() TWELVE_EXCLUDES(mutex_);
  /// The answer, or what is known at the deadline.
  BackingReport WaitFor(std::uint64_t asked, TimePoint until) TWELVE_EXCLUDES(mutex_);
  BackingReport Report() TWELVE_EXCLUDES(mutex_);

  /// Runs `change`, which attaches or detaches something, while the thread lets go of the service.
  void Change(const std::function<void()>& change, bool attached)
      TWELVE_EXCLUDES(mutex_, using_service_);

 private:
  void Run();
  bool WaitUntilDue() TWELVE_EXCLUDES(mutex_);
  void Look() TWELVE_EXCLUDES(mutex_, using_service_);
  void Note(const Status& status, Duration latency) TWELVE_REQUIRES(mutex_);
  void Enter(BackingState state) TWELVE_REQUIRES(mutex_);
  bool IsPending() const TWELVE_REQUIRES(mutex_);

  const std::string name_;
  BackingService& service_;
  const WatchOptions options_;
  EventSink& events_;
  const Clock& clock_;
  std::thread thread_;

  Mutex using_service_;  // taken before mutex_
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ TWELVE_GUARDED_BY(mutex_) = false;
  BackingReport report_ TWELVE_GUARDED_BY(mutex_);
  int failures_ TWELVE_GUARDED_BY(mutex_) = 0;
  TimePoint due_ TWELVE_GUARDED_BY(mutex_);
  std::uint64_t asked_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::uint64_t answered_ TWELVE_GUARDED_BY(mutex_) = 0;
};

}  // namespace twelve
