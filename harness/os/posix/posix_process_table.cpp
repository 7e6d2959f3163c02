#include "harness/os/posix/posix_process_table.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "harness/os/posix/proc_files.h"

namespace twelve {
namespace {

constexpr int kUnknownFiles = -1;

std::string ProcPath(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

std::string CommandOf(pid_t pid, const std::string& name) {
  std::string command = ReadProcFile(ProcPath(pid, "cmdline")).value_or("");
  while (!command.empty() && command.back() == '\0') command.pop_back();
  std::replace(command.begin(), command.end(), '\0', ' ');
  return command.empty() ? "[" + name + "]" : command;
}

/// The names in a process's fd directory; empty optional when we may not look.
std::optional<std::vector<std::string>> OpenDescriptors(pid_t pid) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(ProcPath(pid, "fd").c_str()), &closedir);
  if (dir == nullptr) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(dir.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

ProcessInfo InfoOf(pid_t pid, const ProcStat& stat, bool with_open_files) {
  static const long ticks_per_second = sysconf(_SC_CLK_TCK);
  static const long page_bytes = sysconf(_SC_PAGESIZE);
  ProcessInfo info;
  info.pid = pid;
  info.parent = stat.parent;
  info.group = stat.group;
  info.session = stat.session;
  info.state = stat.state;
  info.start_ticks = stat.start_ticks;
  info.cpu = std::chrono::nanoseconds(std::chrono::seconds(1)) *
             static_cast<std::int64_t>(stat.cpu_ticks) / ticks_per_second;
  info.rss_bytes = stat.rss_pages * static_cast<std::uint64_t>(page_bytes);
  info.threads = stat.threads;
  info.command = CommandOf(pid, stat.name);
  if (with_open_files) {
    const auto open = OpenDescriptors(pid);
    info.open_files = open ? static_cast<int>(open->size()) : kUnknownFiles;
  }
  return info;
}

/// A line of /proc/PID/net/tcp that is in state LISTEN, by the inode of its socket.
using ListenersByInode = std::unordered_map<std::string, ListeningSocket>;

std::string AddressText(const std::string& hex) {
  // Words of 32 bits in the machine's byte order, which is how inet_ntop wants them in memory.
  std::array<std::uint32_t, 4> words = {};
  const std::size_t count = std::min<std::size_t>(hex.size() / 8, words.size());
  for (std::size_t i = 0; i < count; ++i) {
    words[i] = static_cast<std::uint32_t>(std::strtoul(hex.substr(i * 8, 8).c_str(), nullptr, 16));
  }
  std::array<char, INET6_ADDRSTRLEN> text = {};
  inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  return text.data();
}

void AddListeners(std::string_view table, ListenersByInode* listeners) {
  constexpr std::string_view kListen = "0A";
  enum Column {
    kSlot,
    kLocal,
    kRemote,
    kState,
    kQueues,
    kTimer,
    kRetries,
    kUser,
    kTimeout,
    kInode
  };
  table.remove_prefix(std::min(table.find('\n'), table.size()));  // the headings
  // After a load there are thousands of lines in other states, so look at the state first.
  while (table.size() > 1) {
    table.remove_prefix(1);
    std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(line.size());
    std::array<std::string_view, kInode + 1> field;
    for (int i = kSlot; i <= kState; ++i) field[i] = NextField(&line);
    if (field[kState] != kListen) continue;
    for (int i = kQueues; i <= kInode; ++i) field[i] = NextField(&line);
    const std::size_t colon = field[kLocal].find(':');
    if (field[kInode].empty() || colon == std::string_view::npos) continue;
    const std::string port(field[kLocal].substr(colon + 1));
    (*listeners)["socket:[" + std::string(field[kInode]) + "]"] = {
        0, static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 16)),
        AddressText(std::string(field[kLocal].substr(0, colon)))};
  }
}

std::string LinkTarget(const std::string& path) {
  std::array<char, 128> target;
  const ssize_t size = readlink(path.c_str(), target.data(), target.size());
  return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

}  // namespace

std::vector<ProcessInfo> PosixProcessTable::Tree(pid_t root, bool with_open_files) const {
  return Forest({root}, with_open_files);
}

std::vector<ProcessInfo> PosixProcessTable::Forest(const std::vector<pid_t>& roots,
                                                   bool with_open_files) const {
  std::map<pid_t, ProcStat> stats;
  std::multimap<pid_t, pid_t> children;
  for (const pid_t pid : AllPids()) {
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (!stat) continue;
    stats.emplace(pid, *stat);
    children.emplace(stat->parent, pid);
  }
  std::vector<ProcessInfo> found;
  std::set<pid_t> seen;
  std::vector<pid_t> next = roots;
  for (std::size_t i = 0; i < next.size(); ++i) {
    const pid_t pid = next[i];
    const auto stat = stats.find(pid);
    if (stat == stats.end() || !seen.insert(pid).second) continue;
    found.push_back(InfoOf(pid, stat->second, with_open_files));
    const auto [first, last] = children.equal_range(pid);
    for (auto child = first; child != last; ++child) next.push_back(child->second);
  }
  return found;
}

std::vector<ListeningSocket> PosixProcessTable::Listeners(const std::vector<pid_t>& pids) const {
  std::map<std::string, ListenersByInode> by_namespace;
  std::vector<ListeningSocket> found;
  std::set<std::string> taken;  // a socket that several hold is told once
  for (const pid_t pid : pids) {
    const std::string net = LinkTarget(ProcPath(pid, "ns/net"));
    const auto [table, is_new] = by_namespace.try_emplace(net);
    if (is_new) {
      AddListeners(ReadProcFile(ProcPath(pid, "net/tcp")).value_or(""), &table->second);
      AddListeners(ReadProcFile(ProcPath(pid, "net/tcp6")).value_or(""), &table->second);
    }
    for (const std::string& name : OpenDescriptors(pid).value_or(std::vector<std::string>())) {
      const std::string target = LinkTarget(ProcPath(pid, "fd") + "/" + name);
      const auto socket = table->second.find(target);
      if (socket == table->second.end() || !taken.insert(target).second) continue;
      found.push_back(socket->second);
      found.back().pid = pid;
    }
  }
  return found;
}

}  // namespace twelve
