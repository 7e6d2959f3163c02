#include "tests/architecture/source_tree.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace twelve {
namespace {

namespace fs = std::filesystem;

bool IsInput(const std::string& path) {
  return path.find("/testdata/") != std::string::npos ||
         path.find("/fixtures/") != std::string::npos;
}

}  // namespace

std::string SourceRoot() {
  const char* root = std::getenv("TWELVE_SOURCE");
  return root == nullptr ? "." : root;
}

std::string ReadSource(const std::string& path) {
  std::ifstream in(fs::path(SourceRoot()) / path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<SourceFile> ReadSources(const std::string& folder,
                                    const std::vector<std::string>& endings) {
  std::vector<SourceFile> files;
  const fs::path root = SourceRoot();
  std::error_code problem;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(root / folder, problem)) {
    const std::string path = fs::relative(entry.path(), root).generic_string();
    const bool wanted =
        std::any_of(endings.begin(), endings.end(),
                    [&path](const std::string& ending) { return path.ends_with(ending); });
    if (!entry.is_regular_file() || !wanted || IsInput(path)) continue;
    files.push_back({path, ReadSource(path)});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::string OutputOf(const std::string& shell_line) {
  std::string output;
  FILE* pipe = ::popen(shell_line.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer;
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), n);
  }
  ::pclose(pipe);
  return output;
}

}  // namespace twelve
