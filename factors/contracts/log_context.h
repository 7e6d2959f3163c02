#pragma once

#include <string>

namespace twelve {

/// What ties the events of one piece of work together, through web, queue and worker. Empty
/// members are left out of events.
struct LogContext {
  std::string trace_id;
  std::string request_id;
  std::string job_id;
};

/// The context of the work that this thread does from here to the end of the scope. Every event
/// that it writes meanwhile carries it, so that no function has to hand it down. Work that goes on
/// in another thread takes a copy of Current() along and opens a scope of its own there: a thread
/// never inherits one. Scopes nest; the inner one counts.
///
///   LogContextScope scope({job.trace_id, {}, job.id});
///
/// Threads: made and destroyed in the same one.
class LogContextScope {
 public:
  explicit LogContextScope(LogContext context) : context_(std::move(context)), outer_(innermost_) {
    innermost_ = &context_;
  }
  ~LogContextScope() { innermost_ = outer_; }
  LogContextScope(const LogContextScope&) = delete;
  LogContextScope& operator=(const LogContextScope&) = delete;

  /// Null outside of any scope.
  static const LogContext* Current() { return innermost_; }

 private:
  const LogContext context_;
  const LogContext* const outer_;
  static inline thread_local const LogContext* innermost_ = nullptr;
};

}  // namespace twelve
