#include "harness/os/posix/proc_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>
#include <string_view>

#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

template <typename T>
T Number(std::string_view text) {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string_view NextField(std::string_view* rest) {
  const std::size_t begin = rest->find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  const std::size_t end = rest->find_first_of(" \n", begin);
  const std::string_view field = rest->substr(begin, end - begin);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end);
  return field;
}

std::optional<std::string> ReadProcFile(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t got = 0;
  while ((got = read(fd.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (got < 0) return std::nullopt;
  return text;
}

std::optional<ProcStat> ParseProcStat(const std::string& text) {
  // The name may hold anything, also ") R 1": the last bracket ends it.
  const std::size_t open_bracket = text.find('(');
  const std::size_t close_bracket = text.rfind(')');
  if (open_bracket == std::string::npos || close_bracket == std::string::npos) return std::nullopt;
  constexpr std::size_t kFirst = 3;  // fields are numbered as in proc(5); after the name comes 3
  constexpr std::size_t kRss = 24;
  std::array<std::string_view, kRss + 1> field;
  std::string_view rest = std::string_view(text).substr(close_bracket + 1);
  for (std::size_t i = kFirst; i <= kRss; ++i) field[i] = NextField(&rest);
  if (field[kRss].empty()) return std::nullopt;

  ProcStat stat;
  stat.state = field[3].front();
  stat.parent = Number<pid_t>(field[4]);
  stat.group = Number<pid_t>(field[5]);
  stat.session = Number<pid_t>(field[6]);
  stat.cpu_ticks = Number<std::uint64_t>(field[14]) + Number<std::uint64_t>(field[15]);
  stat.threads = Number<int>(field[20]);
  stat.start_ticks = Number<std::uint64_t>(field[22]);
  stat.rss_pages = Number<std::uint64_t>(field[kRss]);
  stat.name = text.substr(open_bracket + 1, close_bracket - open_bracket - 1);
  return stat;
}

std::optional<ProcStat> ReadProcStat(pid_t pid) {
  const std::optional<std::string> text = ReadProcFile("/proc/" + std::to_string(pid) + "/stat");
  return text ? ParseProcStat(*text) : std::nullopt;
}

std::vector<pid_t> AllPids() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(opendir("/proc"), &closedir);
  if (proc == nullptr) return pids;
  while (const dirent* entry = readdir(proc.get())) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    pids.push_back(Number<pid_t>(entry->d_name));
  }
  return pids;
}

}  // namespace twelve
