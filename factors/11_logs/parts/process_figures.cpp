#include "factors/11_logs/parts/process_figures.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace twelve {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

double CpuSeconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// The entries of a directory of /proc.
double Entries(const char* path) {
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(path));
  if (!directory) return 0;
  double count = 0;
  while (const dirent* entry = ::readdir(directory.get())) count += entry->d_name[0] != '.' ? 1 : 0;
  return count;
}

double ResidentBytes() {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen("/proc/self/statm", "re"));
  unsigned long all = 0, resident = 0;
  if (!file || std::fscanf(file.get(), "%lu %lu", &all, &resident) != 2) return 0;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double MaxFds() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::vector<RequestMetrics::Gauge> ProcessFigures(WallTime started) {
  const double start = std::chrono::duration<double>(started.time_since_epoch()).count();
  return {
      {"process_cpu_seconds_total", "counter", "Processor time used, user and system.", CpuSeconds},
      {"process_resident_memory_bytes", "gauge", "Memory that is resident.", ResidentBytes},
      // One of them is the look at them.
      {"process_open_fds", "gauge", "Descriptors that are open.",
       [] { return Entries("/proc/self/fd") - 1; }},
      {"process_max_fds", "gauge", "Descriptors that may be open.", MaxFds},
      {"process_threads", "gauge", "Threads.", [] { return Entries("/proc/self/task"); }},
      {"process_start_time_seconds", "gauge", "When the process started, since 1970.",
       [start] { return start; }},
  };
}

}  // namespace twelve
