#pragma once

#include <chrono>

namespace twelve {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;  // never goes back; for measuring
using WallTime = std::chrono::system_clock::time_point;   // for people; may jump

/// Where all time comes from. Threads: implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
  virtual WallTime WallNow() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  WallTime WallNow() const override { return std::chrono::system_clock::now(); }
};

/// A moment until which somebody is ready to wait. Every wait takes one.
class Deadline {
 public:
  explicit Deadline(TimePoint at) : at_(at) {}
  static Deadline After(const Clock& clock, Duration how_long) {
    return Deadline(clock.Now() + how_long);
  }

  TimePoint at() const { return at_; }
  bool Passed(const Clock& clock) const { return clock.Now() >= at_; }
  /// Never negative.
  Duration Left(const Clock& clock) const {
    const TimePoint now = clock.Now();
    return now >= at_ ? Duration::zero() : Duration(at_ - now);
  }

 private:
  TimePoint at_;
};

inline double ToMs(Duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}
inline double ToSeconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace twelve
