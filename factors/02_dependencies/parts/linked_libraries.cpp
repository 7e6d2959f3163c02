#include "factors/02_dependencies/parts/linked_libraries.h"

#include <algorithm>

namespace twelve {
namespace {

/// Calls `visit` with each line, without its end.
template <typename Visit>
void ForEachLine(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string_view FileName(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

bool LooksLikeLibrary(std::string_view file) {
  return file.ends_with(".so") || file.find(".so.") != file.npos;
}

std::string_view Unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

}  // namespace

std::vector<std::string> LibrariesOfReadelf(std::string_view text) {
  std::vector<std::string> names;
  ForEachLine(text, [&](std::string_view line) {
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']', open);
    if (line.find("(NEEDED)") == line.npos || close == line.npos) return;
    names.emplace_back(line.substr(open + 1, close - open - 1));
  });
  return names;
}

std::vector<std::string> LibrariesOfLdd(std::string_view text) {
  std::vector<std::string> names;
  ForEachLine(text, [&](std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const std::string_view name = FileName(line.substr(0, line.find(' ')));
    if (LooksLikeLibrary(name) && !name.starts_with("linux-vdso")) names.emplace_back(name);
  });
  return names;
}

std::vector<std::string> LibrariesOfMaps(std::string_view text) {
  std::vector<std::string> names;
  ForEachLine(text, [&](std::string_view line) {
    const std::size_t slash = line.find('/');
    if (slash == line.npos) return;
    const std::string_view name = FileName(line.substr(slash));
    if (LooksLikeLibrary(name) && std::find(names.begin(), names.end(), name) == names.end()) {
      names.emplace_back(name);
    }
  });
  return names;
}

std::map<std::string, std::string> PackageVersions(std::string_view text) {
  std::map<std::string, std::string> versions;
  ForEachLine(text, [&](std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == line.npos || space + 1 == line.size()) return;
    versions.emplace(line.substr(0, space), line.substr(space + 1));
  });
  return versions;
}

std::string DistributionOf(std::string_view os_release) {
  std::string id, version;
  ForEachLine(os_release, [&](std::string_view line) {
    if (line.starts_with("ID=")) id = Unquoted(line.substr(3));
    if (line.starts_with("VERSION_ID=")) version = Unquoted(line.substr(11));
  });
  return version.empty() ? id : id + " " + version;
}

bool IsLibraryFile(std::string_view file, std::string_view soname) {
  return file == soname || (file.starts_with(soname) && file[soname.size()] == '.');
}

}  // namespace twelve
