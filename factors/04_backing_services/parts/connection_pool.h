#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "factors/contracts/backing_service.h"
#include "harness/base/clock.h"
#include "harness/base/mutex.h"
#include "harness/base/result.h"

namespace twelve {

/// Lends connections of one backing service: never more than `most`, at least `least` as long as
/// the service answers; those above it are closed when they have not been needed for a while.
///
/// A connection that died while it was idle is noticed before it is lent. One that comes back
/// broken takes the idle ones with it, for they go to the same server. When a new one cannot be
/// had, callers are refused at once until a pause has passed, which doubles from 100 ms to 2 s;
/// then one of them tries again.
///
/// REQUIRES: Connection has `bool LooksAlive()`, which asks without waiting, and
///           `bool broken() const`.
/// Threads: any.
/// Owns:    the connections. Every lease must end before the pool does.
/// Errors:  kClosed when the pool is not connected or the service is gone, kBusy when all
///          connections stay in use, those of `open` for a new one.
template <typename Connection>
class ConnectionPool {
 public:
  struct Options {
    int least = 1;
    int most = 1;
    Duration wait{};
    Duration connect_timeout{};
  };
  using Open = std::function<Result<std::unique_ptr<Connection>>(Duration timeout)>;

  /// One connection, given back at the end of the scope.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->GiveBack(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// `place` is for messages. The clock must outlive the pool.
  ConnectionPool(std::string place, Options options, Open open, const Clock& clock)
      : place_(std::move(place)), options_(options), open_(std::move(open)), clock_(clock) {}
  ~ConnectionPool() { Disconnect(); }
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  /// Fills the pool to `least`, also during a pause; well when there is one connection.
  Status Connect(Duration timeout) TWELVE_EXCLUDES(mutex_) {
    const Deadline deadline = Deadline::After(clock_, timeout);
    for (;;) {
      {
        MutexLock lock(mutex_);
        if (attached_ && total_ >= options_.least) return {};
        ++total_;
        ++opening_;
      }
      Result<std::unique_ptr<Connection>> made = open_(deadline.Left(clock_));
      MutexLock lock(mutex_);
      --opening_;
      changed_.NotifyAll();
      if (!made) {
        --total_;
        NoteFailure(made.error());
        return attached_ && total_ > 0 ? Status() : made.error();
      }
      NoteSuccess();
      attached_ = true;
      idle_.push_back({std::move(made).value(), clock_.Now()});
    }
  }

  /// Waits for the leases to end, then closes all. Take fails from its beginning on.
  void Disconnect() TWELVE_EXCLUDES(mutex_) {
    std::vector<Idle> closing;
    MutexLock lock(mutex_);
    attached_ = false;
    changed_.NotifyAll();
    while (in_use_ > 0 || opening_ > 0) changed_.Wait(mutex_);
    attached_ = false;  // a Connect may have ended meanwhile
    closing.swap(idle_);
    total_ = 0;
  }

  Result<Lease> Take() TWELVE_EXCLUDES(mutex_) { return Take(options_.wait); }

  /// Waits up to `wait` for one that is in use, and as long for a new one.
  Result<Lease> Take(Duration wait) TWELVE_EXCLUDES(mutex_) {
    std::vector<Idle> dead;
    Result<std::unique_ptr<Connection>> idle = TakeIdleOrPermit(wait, dead);
    if (!idle) return idle.error();
    if (idle.value()) return Lease(*this, std::move(idle).value());
    Result<std::unique_ptr<Connection>> made = open_(std::min(wait, options_.connect_timeout));
    MutexLock lock(mutex_);
    --opening_;
    probing_ = false;
    changed_.NotifyAll();
    if (!made || !attached_) {
      --total_;
      if (!made) NoteFailure(made.error());
      return made ? NotConnected() : made.error();
    }
    NoteSuccess();
    ++in_use_;
    return Lease(*this, std::move(made).value());
  }

  std::vector<BackingFigure> Figures() const TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return {{"pool_most", static_cast<double>(options_.most)},
            {"pool_open", static_cast<double>(total_)},
            {"pool_in_use", static_cast<double>(in_use_)},
            {"pool_waiting", static_cast<double>(waiting_)},
            {"connections_opened", static_cast<double>(opened_)},
            {"connections_failed", static_cast<double>(failed_)}};
  }

 private:
  static constexpr Duration kFirstPause = std::chrono::milliseconds(100);
  static constexpr Duration kLongestPause = std::chrono::seconds(2);
  static constexpr Duration kIdleAtMost = std::chrono::seconds(60);

  struct Idle {
    std::unique_ptr<Connection> connection;
    TimePoint since;
  };

  /// A connection, or null: then the caller may open one, which is counted already.
  Result<std::unique_ptr<Connection>> TakeIdleOrPermit(Duration wait, std::vector<Idle>& dead)
      TWELVE_EXCLUDES(mutex_) {
    // Not the clock of the pauses: a wait on a condition is in real time.
    const auto until = std::chrono::steady_clock::now() + wait;
    MutexLock lock(mutex_);
    for (;;) {
      if (!attached_) return NotConnected();
      while (!idle_.empty()) {
        Idle last = std::move(idle_.back());
        idle_.pop_back();
        if (last.connection->LooksAlive()) {
          ++in_use_;
          return std::move(last.connection);
        }
        --total_;
        dead.push_back(std::move(last));
      }
      if (pause_ > Duration::zero() && (probing_ || clock_.Now() < not_before_)) {
        return last_failure_;
      }
      // After a break one tries for all, and the others wait to hear of it.
      if (total_ < options_.most && !probing_) {
        probing_ = suspect_ || pause_ > Duration::zero();
        ++total_;
        ++opening_;
        return std::unique_ptr<Connection>();
      }
      if (std::chrono::steady_clock::now() >= until) return AllInUse();
      ++waiting_;
      changed_.WaitUntil(mutex_, until);
      --waiting_;
    }
  }

  void GiveBack(std::unique_ptr<Connection> connection) TWELVE_EXCLUDES(mutex_) {
    std::vector<Idle> closing;  // outlives the lock: closing talks to the server
    MutexLock lock(mutex_);
    --in_use_;
    const TimePoint now = clock_.Now();
    if (connection->broken()) {
      suspect_ = true;
      closing.swap(idle_);
    } else if (attached_) {
      idle_.push_back({std::move(connection), now});
      if (total_ > options_.least && now - idle_.front().since > kIdleAtMost) {
        closing.push_back(std::move(idle_.front()));
        idle_.erase(idle_.begin());
      }
    }
    total_ -= static_cast<int>(closing.size());
    if (connection) {
      --total_;
      closing.push_back({std::move(connection), now});
    }
    changed_.NotifyAll();
  }

  void NoteFailure(const Error& error) TWELVE_REQUIRES(mutex_) {
    ++failed_;
    // The server is there, it only has no room for more of us.
    if (error.code == ErrorCode::kBusy) return;
    pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
    not_before_ = clock_.Now() + pause_;
    last_failure_ = error;
    if (error.code != ErrorCode::kDenied) last_failure_.code = ErrorCode::kClosed;
  }

  void NoteSuccess() TWELVE_REQUIRES(mutex_) {
    ++opened_;
    suspect_ = false;
    pause_ = Duration::zero();
  }

  Error NotConnected() const { return {ErrorCode::kClosed, place_ + " is not connected", {}, 0}; }
  Error AllInUse() const {
    return {ErrorCode::kBusy, "all connections to " + place_ + " are in use; try again", {}, 0};
  }

  const std::string place_;
  const Options options_;
  const Open open_;
  const Clock& clock_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool attached_ TWELVE_GUARDED_BY(mutex_) = false;
  int total_ TWELVE_GUARDED_BY(mutex_) = 0;  // idle, lent and being opened
  int in_use_ TWELVE_GUARDED_BY(mutex_) = 0;
  int opening_ TWELVE_GUARDED_BY(mutex_) = 0;
  int waiting_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::int64_t opened_ TWELVE_GUARDED_BY(mutex_) = 0;
  std::int64_t failed_ TWELVE_GUARDED_BY(mutex_) = 0;
  bool suspect_ TWELVE_GUARDED_BY(mutex_) = false;  // one came back broken
  bool probing_ TWELVE_GUARDED_BY(mutex_) = false;  // one tries for all
  Duration pause_ TWELVE_GUARDED_BY(mutex_){};      // 0: the last attempt went well
  TimePoint not_before_ TWELVE_GUARDED_BY(mutex_);
  Error last_failure_ TWELVE_GUARDED_BY(mutex_);
  std::vector<Idle> idle_ TWELVE_GUARDED_BY(mutex_);  // the last one was used last
};

}  // namespace twelve
