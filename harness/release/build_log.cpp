#include "harness/release/build_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "harness/logs/text_cleaner.h"
#include "harness/release/durable_file.h"

namespace twelve {
namespace {

constexpr std::string_view kAnnounced = "$ ";  // as ScriptOf prints commands

}  // namespace

Result<std::unique_ptr<BuildLog>> BuildLog::Open(const std::string& path,
                                                 std::function<void(std::string_view)> watcher) {
  UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kPrivateFile));
  if (!fd.valid()) return SystemError("cannot write " + path, "open", errno);
  return std::unique_ptr<BuildLog>(new BuildLog(std::move(fd), std::move(watcher)));
}

BuildLog::BuildLog(UniqueFd fd, std::function<void(std::string_view)> watcher)
    : fd_(std::move(fd)), watcher_(std::move(watcher)) {}

BuildLog::~BuildLog() {
  if (dropped_ == 0) return;
  const std::string note = fmt::format("twelve: {} more bytes were not kept\n", dropped_);
  static_cast<void>(::write(fd_.get(), note.data(), note.size()) < 0);
}

void BuildLog::Write(std::string_view bytes) {
  if (bytes_ + bytes.size() > kMostBytes) {
    dropped_ += bytes.size();
    return;
  }
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void BuildLog::Lines(std::string_view, LogStream stream, std::span<const RawLine> lines) {
  if (stream == LogStream::kTwelve) return;
  std::string block;
  for (const RawLine& line : lines) {
    if (!line.complete) continue;
    block.append(line.bytes);
    if (!line.continued) block.push_back('\n');
    if (stream == LogStream::kStdout && line.bytes.starts_with(kAnnounced)) {
      last_command_ = line.bytes.substr(kAnnounced.size());
    }
    if (watcher_) watcher_(CleanText(line.bytes));
  }
  Write(block);
}

void BuildLog::Say(std::string_view text) {
  Write(fmt::format("twelve: {}\n", text));
  if (watcher_) watcher_(text);
}

}  // namespace twelve
