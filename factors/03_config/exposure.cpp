#include "factors/03_config/exposure.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

namespace twelve::config {
namespace {

namespace fs = std::filesystem;

constexpr Duration kAnswersWithin = std::chrono::seconds(10);
constexpr std::size_t kMaxLines = 5000;
constexpr std::size_t kBlock = std::size_t{1} << 20;

bool Holds(const std::string& text, const std::string& secret) {
  return text.find(secret) != std::string::npos;
}

Look InEnvironment(const ProcessStatus& status, const std::string& secret) {
  Look look{"environment", "the same user, root", "/proc/PID/environ", false, true, {}};
  look.found = Holds(Bytes(fmt::format("/proc/{}/environ", status.pid)), secret);
  if (look.found) look.where = look.looked_at;
  return look;
}

Look InArguments(const Instance& instance, const std::string& secret) {
  Look look{"command line", "every user of the machine", {}, false, false, {}};
  const std::vector<ProcessInfo> tree = instance.Tree();
  for (const ProcessInfo& process : tree) {
    if (!Holds(process.command, secret)) continue;
    look.found = true;
    look.where = fmt::format("pid {}", process.pid);
  }
  look.looked_at = fmt::format("{} process{}", tree.size(), tree.size() == 1 ? "" : "es");
  return look;
}

Look InLog(const Subject& subject, const std::string& secret) {
  Look look{"log", "all who read logs or their copies", {}, false, false, {}};
  const std::vector<LogLine> lines = LinesSince(*subject.instance, subject.since);
  std::size_t found = 0;
  for (const LogLine& line : lines) {
    if (Holds(line.text, secret)) ++found;
  }
  look.looked_at = fmt::format("{} lines", lines.size());
  look.found = found > 0;
  if (look.found) look.where = fmt::format("{} of {} lines", found, lines.size());
  return look;
}

Look InAnswers(Lab& lab, const Subject& subject, const std::string& secret) {
  Look look{"answers", "whoever reaches the port", {}, false, false, {}};
  for (const HttpAsk& ask : subject.asks) {
    const HttpAnswer answer =
        Ask(lab.rig, subject.port, ask, Deadline::After(lab.rig.clock(), kAnswersWithin));
    if (!Holds(answer.headers, secret) && !Holds(answer.body, secret)) continue;
    look.found = true;
    look.where += fmt::format("{}{} {}", look.where.empty() ? "" : ", ", ask.method, ask.path);
  }
  look.looked_at = fmt::format("{} requests", subject.asks.size());
  return look;
}

Look InFiles(const Subject& subject, const std::string& secret) {
  Look look{"files", "backups, and whoever gets the disk", {}, false, false, {}};
  int files = 0;
  std::error_code failed;
  fs::recursive_directory_iterator entry(subject.directory, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    std::error_code unreadable;
    const std::string name = entry->path().filename().string();
    if (!entry->is_regular_file(unreadable) || subject.not_its_own.count(name) > 0) continue;
    ++files;
    if (!Holds(Bytes(entry->path().string()), secret)) continue;
    look.found = true;
    look.where += (look.where.empty() ? "" : ", ") + name;
  }
  look.looked_at = fmt::format("{} file{}", files, files == 1 ? "" : "s");
  return look;
}

Look InProgram(const Subject& subject, const std::string& secret) {
  Look look{"program file", "everybody, once it is published", {}, false, false, {}};
  const std::string bytes = Bytes(subject.program);
  look.looked_at = fmt::format("{:.1f} MB", static_cast<double>(bytes.size()) / 1e6);
  look.found = Holds(bytes, secret);
  if (look.found) look.where = fs::path(subject.program).filename().string();
  return look;
}

}  // namespace

std::string MakeCanary(const std::string& kind) {
  std::random_device random;
  return fmt::format("canary-{}-{:08x}{:08x}", kind, random(), random());
}

std::vector<LogLine> LinesSince(const Instance& instance, TimePoint since) {
  std::vector<LogLine> lines;
  for (LogLine& line : instance.Logs(kMaxLines)) {
    // What we say ourselves is not the service's.
    if (line.at >= since && line.stream != LogStream::kTwelve) lines.push_back(std::move(line));
  }
  return lines;
}

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  std::vector<char> block(kBlock);
  // Files of /proc have no size that could be asked for.
  while (file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    bytes.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  return bytes;
}

std::string Fingerprint(const std::string& path) {
  const std::string bytes = Bytes(path);
  if (bytes.empty()) return {};
  // FNV-1a, 64 bits: it tells builds apart; nobody here tries to fool it.
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
  return fmt::format("{:016x}", hash);
}

std::vector<Look> LookFor(Lab& lab, const Subject& subject, const std::string& secret) {
  // Answers first: what they cause to be logged or written is looked at too.
  Look answers = InAnswers(lab, subject, secret);
  return {InEnvironment(subject.instance->Snapshot(), secret),
          InArguments(*subject.instance, secret),
          InLog(subject, secret),
          std::move(answers),
          InFiles(subject, secret),
          InProgram(subject, secret)};
}

}  // namespace twelve::config
