#include "harness/conformance/file_search.h"

#include <filesystem>
#include <fstream>

namespace twelve {
namespace {

namespace fs = std::filesystem;

bool TailHolds(const fs::path& path, std::uintmax_t size, std::string_view text) {
  std::ifstream file(path, std::ios::binary);
  if (size > LocalFileSearch::kTailBytes) {
    file.seekg(-static_cast<std::streamoff>(LocalFileSearch::kTailBytes), std::ios::end);
  }
  std::string tail(
      static_cast<std::size_t>(std::min<std::uintmax_t>(size, LocalFileSearch::kTailBytes)), '\0');
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  tail.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return tail.find(text) != std::string::npos;
}

/// Folders that a running service does not log into, and that are large.
bool IsLibraryFolder(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == ".git" || name == "node_modules";
}

}  // namespace

std::vector<std::string> LocalFileSearch::FilesWith(const std::vector<std::string>& directories,
                                                    std::string_view text) const {
  std::vector<std::string> found;
  for (const std::string& directory : directories) {
    std::error_code failed;
    fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied,
                                        failed);
    for (int seen = 0; !failed && at != fs::end(at) && seen < kMostFiles; ++seen) {
      std::error_code unknown;
      const fs::file_status status = at->symlink_status(unknown);
      if (fs::is_directory(status) && (at.depth() >= kDeepest || IsLibraryFolder(at->path()))) {
        at.disable_recursion_pending();
      } else if (fs::is_regular_file(status)) {
        const std::uintmax_t size = at->file_size(unknown);
        if (!unknown && TailHolds(at->path(), size, text)) found.push_back(at->path().string());
        if (found.size() >= kMostFound) return found;
      }
      at.increment(failed);
    }
  }
  return found;
}

}  // namespace twelve
