#include "harness/process/pipe_reader.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace twelve {
namespace {

constexpr std::size_t kRead = std::size_t{128} << 10;
// What the kernel lets an unprivileged user ask for (/proc/sys/fs/pipe-max-size).
constexpr std::size_t kLargestPipe = std::size_t{1} << 20;

// One for each thread that runs a loop: its contents do not outlive a call.
std::array<char, kRead>& Buffer() {
  thread_local std::array<char, kRead> buffer;
  return buffer;
}

}  // namespace

PipeReader::PipeReader(EventLoop& loop, int fd, LogIngest ingest, std::function<void()> at_end)
    : loop_(loop), fd_(fd), ingest_(std::move(ingest)), at_end_(std::move(at_end)) {
  ended_ = !loop_.Watch(fd_, {}, [this](FdEvents) { OnReadable(); });
}

PipeReader::~PipeReader() {
  loop_.Cancel(pause_);
  if (ended_) return;
  loop_.Unwatch(fd_);
  FlushPartial();
}

PipeReader::Got PipeReader::ReadOnce(std::size_t& bytes) {
  std::array<char, kRead>& buffer = Buffer();
  ssize_t n = 0;
  do {
    n = ::read(fd_, buffer.data(), buffer.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return Got::kNothing;
  const Clock& clock = loop_.clock();
  if (n <= 0) {
    loop_.Cancel(std::exchange(pause_, 0));
    loop_.Unwatch(fd_);
    ended_ = true;
    ingest_.End(clock.Now(), clock.WallNow());
    return Got::kEnd;
  }
  bytes = static_cast<std::size_t>(n);
  ingest_.Bytes({buffer.data(), bytes}, clock.Now(), clock.WallNow());
  ShowPartialLater();
  return Got::kBytes;
}

void PipeReader::OnReadable() {
  std::size_t bytes = 0;
  if (ReadOnce(bytes) != Got::kEnd || !at_end_) return;
  const auto at_end = at_end_;  // it may destroy this
  at_end();
}

void PipeReader::Drain() {
  std::size_t bytes = 0;
  for (std::size_t total = 0; !ended_ && total < kLargestPipe; total += bytes) {
    if (ReadOnce(bytes) != Got::kBytes) return;
  }
}

void PipeReader::ShowPartialLater() {
  loop_.Cancel(std::exchange(pause_, 0));
  if (!ingest_.Pausable()) return;
  pause_ = loop_.After(LogIngest::kPauseAfter, [this] {
    pause_ = 0;
    ingest_.Pause(loop_.clock().Now(), loop_.clock().WallNow());
  });
}

void PipeReader::FlushPartial() {
  loop_.Cancel(std::exchange(pause_, 0));
  ingest_.End(loop_.clock().Now(), loop_.clock().WallNow());
}

}  // namespace twelve
