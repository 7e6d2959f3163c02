#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/session/check_session.h"
#include "factors/experiment.h"
#include "factors/factor.h"
#include "factors/lesson.h"

namespace twelve {

/// What the window shows, and where the user's actions go. The window asks this and nothing else;
/// tests answer with scenes made by hand.
///
/// Threads: the window's. No call waits for a process, a socket or a disk.
class WindowModel {
 public:
  virtual ~WindowModel() = default;
  virtual std::span<const Factor> Factors() const = 0;
  /// The parsed lesson, or why it cannot be shown.
  virtual const Result<Lesson>& LessonOf(int factor) const = 0;
  /// Null while no experiment of this factor runs.
  virtual std::shared_ptr<const Scene> Latest(int factor) const = 0;
  /// Begins the experiment; does nothing if it runs or the factor has none.
  virtual void Start(int factor) = 0;
  /// Ends its processes in the background.
  virtual void Stop(int factor) = 0;
  virtual void Post(int factor, Action action) = 0;

  /// Checks a service: a directory, or the line that starts it. `only`: ids of checks; empty: all.
  /// A run that goes on is given up.
  virtual void StartCheck(std::string service, std::vector<std::string> only) = 0;
  virtual void StopCheck() = 0;
  /// Null before the first run.
  virtual std::shared_ptr<const CheckSnapshot> LatestCheck() const = 0;
  /// The line that starts the reference service.
  virtual std::string ReferenceService() const = 0;
};

}  // namespace twelve
