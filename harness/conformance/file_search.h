#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// Finds the files that a service wrote something into. Threads: any.
class FileSearch {
 public:
  virtual ~FileSearch() = default;
  /// Regular files below `directories` whose last part holds `text`, at most a handful. What
  /// cannot be read is passed over.
  virtual std::vector<std::string> FilesWith(const std::vector<std::string>& directories,
                                             std::string_view text) const = 0;
};

/// On this machine's file system.
class LocalFileSearch final : public FileSearch {
 public:
  static constexpr int kMostFiles = 20'000;               // looked at for each directory
  static constexpr int kDeepest = 6;                      // folders below a directory
  static constexpr std::size_t kTailBytes = 1024 * 1024;  // of each file: logs grow at their end
  static constexpr std::size_t kMostFound = 5;

  std::vector<std::string> FilesWith(const std::vector<std::string>& directories,
                                     std::string_view text) const override;
};

}  // namespace twelve
