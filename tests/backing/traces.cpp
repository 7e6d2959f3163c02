#include "tests/backing/traces.h"

#include <chrono>
#include <fstream>
#include <ostream>
#include <sstream>
#include <thread>

#include "harness/os/posix/posix_process_table.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

std::string Slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();  // a process may end while it is read: then there is no more
  return text.str();
}

std::set<std::string> ProcessesIn(const std::string& below) {
  std::set<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code failed;
    const std::string where = fs::read_symlink(entry.path() / "cwd", failed).string();
    std::string command = Slurp(entry.path() / "cmdline");
    for (char& c : command) c = c == '\0' ? ' ' : c;
    if (where.find(below) != std::string::npos || command.find(below) != std::string::npos) {
      found.insert(pid + " " + command);
    }
  }
  return found;
}

std::set<std::string> SharedMemory() {
  std::set<std::string> found;
  std::istringstream lines(Slurp("/proc/sysvipc/shm"));
  std::string key, id, line;
  std::getline(lines, line);  // names of columns
  while (std::getline(lines, line)) {
    std::istringstream(line) >> key >> id;
    found.insert(key + " " + id);
  }
  return found;
}

}  // namespace

Traces LookForTraces(const fs::path& below) {
  Traces traces;
  traces.processes = ProcessesIn(below.string());
  traces.shared_memory = SharedMemory();
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator("/dev/shm", failed)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("PostgreSQL.")) traces.shared_files.insert(name);
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(below / "tmp", failed)) {
    traces.temporary_files.insert(entry.path());
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(below / "cache/twelve", failed)) {
    const std::string name = entry.path();
    if (name.find(".partial") != std::string::npos) traces.temporary_files.insert(name);
  }
  return traces;
}

void PrintTo(const Traces& traces, std::ostream* out) {
  for (const auto* set :
       {&traces.processes, &traces.shared_memory, &traces.shared_files, &traces.temporary_files}) {
    for (const std::string& one : *set) *out << "\n  " << one;
  }
}

bool Eventually(const std::function<bool()>& predicate) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!predicate()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

bool IsAlive(pid_t pid, std::uint64_t start_ticks) {
  const auto tree = PosixProcessTable().Tree(pid, false);
  return !tree.empty() && tree.front().start_ticks == start_ticks && tree.front().state != 'Z';
}

}  // namespace twelve
