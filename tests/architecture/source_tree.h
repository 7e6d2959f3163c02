#pragma once

#include <string>
#include <vector>

namespace twelve {

struct SourceFile {
  std::string path;  // below the root of the repository: "harness/base/result.h"
  std::string text;
};

/// Every file below `folder` whose name ends in one of `endings`, in the order of their paths.
/// Test data and fixtures are left out: they are input, not our code. Empty when there is nothing.
std::vector<SourceFile> ReadSources(const std::string& folder,
                                    const std::vector<std::string>& endings);

/// The text of one file below the root; empty when it is not there.
std::string ReadSource(const std::string& path);

/// TWELVE_SOURCE, which ctest sets.
std::string SourceRoot();

/// What a shell line prints on standard output. For git and ldd.
std::string OutputOf(const std::string& shell_line);

}  // namespace twelve
