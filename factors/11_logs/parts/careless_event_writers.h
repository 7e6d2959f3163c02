#pragma once

#include <sys/un.h>

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "factors/11_logs/parts/json_event_format.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/mutex.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Violations of factor XI: ways to write events that somebody has shipped. None says what it
/// drops. Threads: any.
class CarelessEventWriter : public EventSink {
 public:
  explicit CarelessEventWriter(JsonEventFormat format) : format_(std::move(format)) {}
  void Write(const Event& event) final {
    if (const std::optional<std::string> line = format_.Line(event)) WriteLine(*line);
  }
  std::uint64_t Dropped() const override { return 0; }

 protected:
  virtual void WriteLine(const std::string& line) = 0;

 private:
  const JsonEventFormat format_;
};

/// "silent": nothing is worth telling.
class SilentEventWriter final : public CarelessEventWriter {
 public:
  using CarelessEventWriter::CarelessEventWriter;

 protected:
  void WriteLine(const std::string& /*line*/) override {}
};

/// "split-writes": writes an event a field at a time and lets the kernel put them together. Events
/// of several threads, or of several processes on one pipe, end up inside each other.
class SplitEventWriter final : public CarelessEventWriter {
 public:
  SplitEventWriter(int fd, JsonEventFormat format)
      : CarelessEventWriter(std::move(format)), fd_(fd) {}

 protected:
  void WriteLine(const std::string& line) override;

 private:
  const int fd_;
};

/// "ansi-multiline": writes for the eyes of whoever sits at a terminal: indented over many lines,
/// and in colours.
class ColouredEventWriter final : public CarelessEventWriter {
 public:
  ColouredEventWriter(int fd, JsonEventFormat format)
      : CarelessEventWriter(std::move(format)), fd_(fd) {}

 protected:
  void WriteLine(const std::string& line) override;

 private:
  const int fd_;
};

/// "syslog-direct": knows where logs go, and takes them there itself. Stdout stays empty.
class SyslogEventWriter final : public CarelessEventWriter {
 public:
  static constexpr const char* kSocket = "/dev/log";
  SyslogEventWriter(const std::string& socket, JsonEventFormat format);

 protected:
  void WriteLine(const std::string& line) override;

 private:
  sockaddr_un address_{};
  UniqueFd socket_;
};

/// "lost-on-exit": collects events for a while to write many at once, from a thread of its own,
/// and forgets at the end of the process what is still waiting.
class LateEventWriter final : public CarelessEventWriter {
 public:
  static constexpr std::chrono::milliseconds kWaits{900};
  LateEventWriter(int fd, JsonEventFormat format, const Clock& clock);
  ~LateEventWriter() override;

 protected:
  void WriteLine(const std::string& line) override TWELVE_EXCLUDES(mutex_);

 private:
  struct Waiting {
    TimePoint due;
    std::string line;
  };
  void WriteWhatIsDue() TWELVE_EXCLUDES(mutex_);

  const int fd_;
  const Clock& clock_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Waiting> waiting_ TWELVE_GUARDED_BY(mutex_);
  bool ending_ TWELVE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// "log-to-file": what it says on stdout it also keeps in a file, which nobody empties.
class BothEventWriters final : public EventSink {
 public:
  BothEventWriters(std::unique_ptr<EventSink> one, std::unique_ptr<EventSink> other)
      : one_(std::move(one)), other_(std::move(other)) {}
  void Write(const Event& event) override {
    one_->Write(event);
    other_->Write(event);
  }
  std::uint64_t Dropped() const override { return one_->Dropped(); }

 private:
  std::unique_ptr<EventSink> one_;
  std::unique_ptr<EventSink> other_;
};

}  // namespace twelve
