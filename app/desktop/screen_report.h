#pragma once

#include <string>

#include "app/desktop/registry.h"
#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace twelve {

/// What the window shows, as JSON: {"items": {PATH: [x, y, width, height]}, "values": {PATH:
/// TEXT}}. For whoever drives the real window from outside. Pure.
std::string DescribeScreen(const Registry& registry);

/// Keeps a file with that description, at most five times a second; readers never see half of it.
///
/// Threads: the window's.
class ScreenReport {
 public:
  /// An empty `path` reports nothing.
  ScreenReport(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  bool wanted() const { return !path_.empty(); }
  void Write(const Registry& registry);

 private:
  const std::string path_;
  const Clock& clock_;
  TimePoint written_;
};

}  // namespace twelve
