// How fast lines come from pipes into the store, and how fast they are found again.
//
//   log_bench [lines per child]
//
// Four children write numbered lines of 100 bytes; beside it `cat` into a file with the same
// children, as the limit. "lost" and "cut" count against what was written.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/unique_fd.h"
#include "harness/logs/log_ingest.h"
#include "harness/logs/log_level.h"
#include "harness/logs/log_reader.h"
#include "harness/logs/log_store.h"
#include "tests/bench/workloads/numbered_line.h"

extern char** environ;

namespace twelve {
namespace {

constexpr int kChildren = 4;
constexpr std::size_t kReadBytes = std::size_t{128} << 10;

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(2);
}

double CpuSeconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

struct Child {
  std::string name;
  pid_t pid = 0;
  UniqueFd out;
};

pid_t Spawn(const std::vector<std::string>& argv, int in, int out) {
  std::vector<char*> pointers;
  for (const std::string& arg : argv) pointers.push_back(const_cast<char*>(arg.c_str()));
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (in >= 0) posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    errno = error;
    Fail(pointers[0]);
  }
  return pid;
}

Child StartFlood(const std::string& flood, int number, unsigned long lines, bool by_line) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) Fail("pipe2");
  Child child;
  child.name = fmt::format("c{}", number);
  child.out = UniqueFd(pipe_ends[0]);
  const UniqueFd in(pipe_ends[1]);
  std::vector<std::string> argv{flood, child.name, std::to_string(lines)};
  if (by_line) argv.emplace_back("line");
  child.pid = Spawn(argv, -1, in.get());
  return child;
}

// Checks each raw line as it passes.
class CheckingTap final : public LogTap {
 public:
  void Lines(std::string_view source, LogStream /*stream*/,
             std::span<const RawLine> lines) override {
    for (const RawLine& line : lines) {
      const bool whole = line.complete && !line.continued && !line.partial;
      const long number = whole ? NumberOfLine(line.bytes) : -1;
      unsigned long& next = next_[static_cast<std::size_t>(source[1] - '0')];
      if (number < 0) {
        ++cut;
      } else if (static_cast<unsigned long>(number) != next) {
        ++out_of_order;
      }
      ++next;
    }
  }
  unsigned long cut = 0, out_of_order = 0;

 private:
  std::array<unsigned long, kChildren> next_{};
};

// Reads all pipes to their ends, as a supervisor's loop does.
void Drain(std::vector<Child>& children, std::vector<LogIngest>& ingests) {
  const SystemClock clock;
  std::vector<char> buffer(kReadBytes);
  std::vector<pollfd> polls;
  for (const Child& child : children) polls.push_back({child.out.get(), POLLIN, 0});
  for (std::size_t open = children.size(); open > 0;) {
    if (poll(polls.data(), polls.size(), -1) < 0) Fail("poll");
    for (std::size_t i = 0; i < polls.size(); ++i) {
      if (polls[i].revents == 0) continue;
      const ssize_t n = read(polls[i].fd, buffer.data(), buffer.size());
      if (n < 0) Fail("read");
      if (n > 0) {
        ingests[i].Bytes({buffer.data(), static_cast<std::size_t>(n)}, clock.Now(),
                         clock.WallNow());
        continue;
      }
      ingests[i].End(clock.Now(), clock.WallNow());
      polls[i].fd = -1;
      --open;
    }
  }
  for (const Child& child : children) waitpid(child.pid, nullptr, 0);
}

void PrintRow(const std::string& name, unsigned long lines, double seconds, double cpu,
              const std::string& rest) {
  fmt::print("{:<34} {:>11.0f} {:>9.3f} {:>9.3f}  {}\n", name, double(lines) / seconds, seconds,
             cpu * 1e6 / double(lines), rest);
  std::fflush(stdout);
}

unsigned long CountCut(const LogStore& store) {
  unsigned long cut = 0;
  store.Scan(0, ~std::uint64_t{0}, [&](const LogStore::View& view) {
    if (NumberOfLine(view.text) < 0 || view.partial || view.continued) ++cut;
    return true;
  });
  return cut;
}

struct Sink {
  std::string name;
  std::shared_ptr<LogStore> store;
  CheckingTap* tap = nullptr;
  bool by_line = false;
};

void PipesInto(const Sink& sink, const std::string& flood, unsigned long lines) {
  std::vector<LogIngest> ingests;
  ingests.reserve(kChildren);
  for (int i = 0; i < kChildren; ++i) {
    LogIngest& ingest =
        ingests.emplace_back(sink.store.get(), fmt::format("c{}", i), LogStream::kStdout);
    if (sink.tap != nullptr) ingest.AddTap(sink.tap);
  }
  const SystemClock clock;
  const double cpu_before = CpuSeconds(RUSAGE_SELF);
  const TimePoint begin = clock.Now();
  std::vector<Child> children;
  for (int i = 0; i < kChildren; ++i) {
    children.push_back(StartFlood(flood, i, lines, sink.by_line));
  }
  Drain(children, ingests);
  const double seconds = ToSeconds(clock.Now() - begin);
  const double cpu = CpuSeconds(RUSAGE_SELF) - cpu_before;
  const unsigned long all = lines * kChildren;
  unsigned long came = 0;
  for (const LogIngest& ingest : ingests) came += ingest.lines();
  std::string rest = fmt::format("lost {}", static_cast<long>(all - came));
  if (sink.tap != nullptr) {
    rest += fmt::format(", cut {}, out of order {}", sink.tap->cut, sink.tap->out_of_order);
  }
  if (sink.store) {
    const LogCounts counts = sink.store->Counts();
    rest += fmt::format(", stored {}, counted as dropped {}, cut {}, peak RSS {:.0f} MB",
                        counts.next, counts.dropped, CountCut(*sink.store), PeakMegabytes());
  }
  PrintRow(sink.name, all, seconds, cpu, rest);
}

void CatLimit(const std::string& flood, unsigned long lines, bool by_line) {
  const SystemClock clock;
  const TimePoint begin = clock.Now();
  std::vector<Child> children;
  std::vector<pid_t> cats;
  std::vector<std::string> files;
  for (int i = 0; i < kChildren; ++i) {
    files.push_back(fmt::format("{}.cat{}.out", flood, i));
    const UniqueFd file(open(files.back().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.valid()) Fail(files.back().c_str());
    Child child = StartFlood(flood, i, lines, by_line);
    cats.push_back(Spawn({"cat"}, child.out.get(), file.get()));
    child.out.Reset();
    children.push_back(std::move(child));
  }
  double cpu = 0;
  for (const pid_t cat : cats) {
    rusage usage{};
    wait4(cat, nullptr, 0, &usage);
    cpu += double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  }
  for (const Child& child : children) waitpid(child.pid, nullptr, 0);
  const double seconds = ToSeconds(clock.Now() - begin);
  for (const std::string& file : files) unlink(file.c_str());
  PrintRow(by_line ? "cat to a file, one write a line" : "cat to a file (the limit)",
           lines * kChildren, seconds, cpu, "");
}

// Where the time goes: the same bytes from memory, without pipes.
void Stages() {
  std::string bytes;
  constexpr unsigned kLines = 1000;
  constexpr int kRounds = 1000;
  for (unsigned i = 0; i < kLines; ++i) AppendNumberedLine("c1", i, bytes);
  const SystemClock clock;
  const auto measure = [&](const char* name, const auto& work) {
    const double cpu_before = CpuSeconds(RUSAGE_SELF);
    const TimePoint begin = clock.Now();
    for (int i = 0; i < kRounds; ++i) work();
    PrintRow(name, std::uint64_t{kLines} * kRounds, ToSeconds(clock.Now() - begin),
             CpuSeconds(RUSAGE_SELF) - cpu_before, "");
  };
  LineSplitter splitter;
  std::vector<SplitLine> lines;
  measure("  from memory: split", [&] {
    lines.clear();
    splitter.Feed(bytes, lines);
  });
  const TextCleaner cleaner;
  unsigned long untouched = 0;
  measure("  from memory: look for dirt", [&] {
    for (const SplitLine& line : lines) untouched += cleaner.Untouched(line.bytes) ? 1 : 0;
  });
  unsigned long levels = 0;
  measure("  from memory: find the level", [&] {
    for (const SplitLine& line : lines) {
      levels += DetectLevel(line.bytes) == LogLevel::kUnknown ? 1 : 0;
    }
  });
  if (untouched != levels) Fail("a numbered line is clean and has no level");
  LogStore store;
  LogIngest ingest(&store, "c1", LogStream::kStdout);
  measure("  from memory: all of it, into store",
          [&] { ingest.Bytes(bytes, clock.Now(), clock.WallNow()); });
}

void Find(const std::shared_ptr<LogStore>& store, const char* query) {
  const SystemClock clock;
  LogReader reader(store);
  if (!reader.SetFilter(query).ok()) Fail(query);
  const double cpu_before = CpuSeconds(RUSAGE_SELF);
  const TimePoint begin = clock.Now();
  while (!reader.Advance(1 << 16)) {
  }
  const double seconds = ToSeconds(clock.Now() - begin);
  const double cpu = CpuSeconds(RUSAGE_SELF) - cpu_before;
  const LogReader::Progress progress = reader.Now();
  const TimePoint rows_begin = clock.Now();
  constexpr int kFrames = 1000;
  for (int i = 0; i < kFrames; ++i) reader.LastRows(50);
  PrintRow(fmt::format("filter {}", query), progress.looked_at, seconds, cpu,
           fmt::format("{} of {}, then 50 rows in {:.1f} us", progress.matched, progress.looked_at,
                       ToMs(clock.Now() - rows_begin) * 1000 / kFrames));
}

int Main(int argc, char** argv) {
  const unsigned long lines = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  std::array<char, PATH_MAX> self{};
  if (readlink("/proc/self/exe", self.data(), self.size() - 1) < 0) Fail("/proc/self/exe");
  std::string flood(self.data());
  flood = flood.substr(0, flood.rfind('/')) + "/bench-flood";
  fmt::print("{} children x {} lines of {} bytes\n", kChildren, lines, kLineBytes);
  fmt::print("{:<34} {:>11} {:>9} {:>9}\n", "", "lines/s", "s", "CPU us/l");
  CatLimit(flood, lines, false);
  CheckingTap tap;
  PipesInto({"taps only, each line checked", nullptr, &tap, false}, flood, lines);
  const auto store = std::make_shared<LogStore>();
  PipesInto({"into the store", store, nullptr, false}, flood, lines);
  for (const char* query : {"zzzz", "/9{3}[0-4] /", "level:error", "source:c2"}) Find(store, query);
  CatLimit(flood, lines / 4, true);
  CheckingTap line_tap;
  PipesInto({"into the store, one write a line", std::make_shared<LogStore>(), &line_tap, true},
            flood, lines / 4);
  Stages();
  return 0;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  return twelve::Main(argc, argv);
}
