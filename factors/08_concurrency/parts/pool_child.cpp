#include "factors/08_concurrency/parts/pool_child.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <deque>
#include <thread>

#include <nlohmann/json.hpp>

#include "harness/base/mutex.h"

namespace twelve {
namespace {

constexpr std::int64_t kMostRounds = 10'000'000'000;

void WriteAll(int fd, const std::string& bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t got = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (got < 0 && errno != EINTR) return;
    if (got > 0) written += static_cast<std::size_t>(got);
  }
}

/// Lines that have come in, read by a thread of their own: that is how the end is seen in the
/// middle of a task.
class TaskInput {
 public:
  explicit TaskInput(int fd) : reader_([this, fd] { Read(fd); }) {}
  ~TaskInput() { reader_.join(); }

  /// False when there will be no more. From here to Computed, the end of the input is the end of
  /// the process.
  bool Next(std::string& task) TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (lines_.empty() && !ended_) changed_.Wait(mutex_);
    // Also with tasks that came in before the end: nobody waits for their answers.
    if (ended_) return false;
    task = std::move(lines_.front());
    lines_.pop_front();
    computing_ = true;
    return true;
  }
  void Computed() TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    computing_ = false;
  }

 private:
  void Read(int fd) TWELVE_EXCLUDES(mutex_) {
    std::string rest;
    char bytes[4096];
    for (;;) {
      const ssize_t got = ::read(fd, bytes, sizeof bytes);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      rest.append(bytes, static_cast<std::size_t>(got));
      MutexLock lock(mutex_);
      for (std::size_t end = 0; (end = rest.find('\n')) != rest.npos; rest.erase(0, end + 1)) {
        lines_.push_back(rest.substr(0, end));
      }
      changed_.NotifyAll();
    }
    MutexLock lock(mutex_);
    if (computing_) std::_Exit(0);
    ended_ = true;
    changed_.NotifyAll();
  }

  Mutex mutex_;
  CondVar changed_;
  std::deque<std::string> lines_ TWELVE_GUARDED_BY(mutex_);
  bool computing_ TWELVE_GUARDED_BY(mutex_) = false;
  bool ended_ TWELVE_GUARDED_BY(mutex_) = false;
  std::thread reader_;  // last: it uses the others
};

std::string OneLine(std::string text) {
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

}  // namespace

void RunPoolChild(int input, int output, const PoolFunction& compute) {
  TaskInput tasks(input);
  for (std::string task; tasks.Next(task);) {
    const Result<std::string> result = compute(task);
    tasks.Computed();
    const std::string answer = result ? "+" + *result : "-" + result.error().message;
    // When it cannot be written, the input has ended too.
    WriteAll(output, OneLine(answer) + "\n");
  }
}

Result<std::string> ComputeHash(const std::string& task) {
  const auto json = nlohmann::json::parse(task, nullptr, false);
  if (!json.is_object() || !json.contains("rounds") || !json["rounds"].is_number_integer()) {
    return InvalidError(R"(a hash job needs {"rounds": a whole number})");
  }
  const auto rounds = json["rounds"].get<std::int64_t>();
  if (rounds < 0 || rounds > kMostRounds) {
    return InvalidError(fmt::format("rounds must be from 0 to {}", kMostRounds));
  }
  // FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
  constexpr std::uint64_t kOffset = 14695981039346656037U, kPrime = 1099511628211U;
  std::uint64_t hash = kOffset;
  for (std::int64_t round = 0; round < rounds; ++round) {
    std::uint64_t next = kOffset;
    for (int byte = 0; byte < 8; ++byte) next = (next ^ (hash >> (8 * byte) & 0xFF)) * kPrime;
    hash = next;
  }
  return fmt::format(R"({{"hash":"{:016x}"}})", hash);
}

}  // namespace twelve
