#include "factors/11_logs/parts/careless_event_writers.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

void WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void SplitEventWriter::WriteLine(const std::string& line) {
  std::size_t from = 0;
  while (from < line.size()) {
    const std::size_t to = std::min(line.find(',', from), line.size() - 1) + 1;
    WriteAll(fd_, std::string_view(line).substr(from, to - from));
    from = to;
  }
}

void ColouredEventWriter::WriteLine(const std::string& line) {
  const auto event = nlohmann::ordered_json::parse(line, nullptr, false);
  const bool bad = event["level"] == "ERROR";
  WriteAll(fd_, (bad ? "\x1b[31m" : "\x1b[32m") + event.dump(2) + "\x1b[0m\n");
}

SyslogEventWriter::SyslogEventWriter(const std::string& socket, JsonEventFormat format)
    : CarelessEventWriter(std::move(format)),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  address_.sun_family = AF_UNIX;
  socket.copy(address_.sun_path, sizeof address_.sun_path - 1);
}

void SyslogEventWriter::WriteLine(const std::string& line) {
  // RFC 3164: facility "user", severity "info".
  const std::string datagram = "<14>twelve-service: " + line;
  ::sendto(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
}

LateEventWriter::LateEventWriter(int fd, JsonEventFormat format, const Clock& clock)
    : CarelessEventWriter(std::move(format)),
      fd_(fd),
      clock_(clock),
      thread_([this] { WriteWhatIsDue(); }) {}

LateEventWriter::~LateEventWriter() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void LateEventWriter::WriteLine(const std::string& line) {
  MutexLock lock(mutex_);
  waiting_.push_back({clock_.Now() + kWaits, line});
  changed_.NotifyAll();
}

void LateEventWriter::WriteWhatIsDue() {
  for (;;) {
    std::string due;
    {
      MutexLock lock(mutex_);
      while (!ending_ && (waiting_.empty() || clock_.Now() < waiting_.front().due)) {
        if (waiting_.empty()) {
          changed_.Wait(mutex_);
        } else {
          changed_.WaitUntil(mutex_, waiting_.front().due);
        }
      }
      if (ending_) return;
      due = std::move(waiting_.front().line);
      waiting_.pop_front();
    }
    WriteAll(fd_, due);
  }
}

}  // namespace twelve
