#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/logs/log_ingest.h"

namespace twelve {

/// Writes what one step of a build prints into its log file, as it is, and tells a watcher each
/// line, cleaned. At most kMostBytes are kept; what comes after that is counted.
///
/// Threads: the loop's. Owns: the file.
/// Errors:  Open; a full disk later loses lines of the log, not the build.
class BuildLog final : public LogTap {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

  static Result<std::unique_ptr<BuildLog>> Open(const std::string& path,
                                                std::function<void(std::string_view)> watcher);
  ~BuildLog() override;
  BuildLog(const BuildLog&) = delete;
  BuildLog& operator=(const BuildLog&) = delete;

  void Lines(std::string_view source, LogStream stream, std::span<const RawLine> lines) override;
  /// A line of our own.
  void Say(std::string_view text);
  /// The latest command that the phase's shell announced.
  const std::string& last_command() const { return last_command_; }

 private:
  BuildLog(UniqueFd fd, std::function<void(std::string_view)> watcher);
  void Write(std::string_view bytes);

  UniqueFd fd_;
  std::function<void(std::string_view)> watcher_;
  std::string last_command_;
  std::size_t bytes_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace twelve
