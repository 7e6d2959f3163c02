#pragma once

#include <httplib.h>

#include <string>

#include "harness/base/clock.h"

namespace twelve {

/// One TCP connection as cpp-httplib reads and writes it. It outlives a request, so bytes of a
/// second request that came with the first are kept (pipelining); answers leave in one piece; and
/// every read is bound by a deadline and a number of bytes, so that no client can hold a thread
/// or memory for ever.
///
/// Threads: one.
/// Owns:    nothing; the socket is the caller's.
/// Errors:  read and write return -1; fault() says why.
class ConnectionStream final : public httplib::Stream {
 public:
  enum class Fault { kNone, kTimeout, kTooLarge, kGone };

  ConnectionStream(int socket, Duration write_timeout, const Clock& clock);

  /// What the other side may send from now on, and until when.
  void Allow(Duration how_long, std::size_t bytes);
  /// Drops what is written from now on, until the next Allow.
  void Mute() { muted_ = true; }
  /// Takes what has come, without a wait. False when that is nothing, or the end.
  bool TakeWhatCame();
  /// Bytes that came and were not read yet.
  bool HasBuffered() const { return next_ < end_; }
  /// Bytes read since the last Allow.
  std::size_t taken() const { return taken_; }
  /// Bytes written since the stream was made, flushed or not.
  std::size_t written() const { return written_; }
  Fault fault() const { return fault_; }
  /// Sends what was written. False when the client is gone or does not read.
  bool Flush();

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* bytes, size_t size) override;
  ssize_t write(const char* bytes, size_t size) override;
  // The library asks with every request, nobody else does: not worth two calls of the kernel.
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  socket_t socket() const override { return socket_; }

 private:
  bool Fill();
  ssize_t Receive(int flags);
  bool WaitFor(short events, TimePoint until) const;

  const int socket_;
  const Duration write_timeout_;
  const Clock& clock_;
  std::string input_;     // a buffer of fixed size, once something has come
  std::size_t next_ = 0;  // in input_: what is to be read next, and where it ends
  std::size_t end_ = 0;
  std::string output_;
  TimePoint read_until_{};
  std::size_t allowed_ = 0;
  std::size_t taken_ = 0;
  std::size_t written_ = 0;
  bool muted_ = false;
  Fault fault_ = Fault::kNone;
};

}  // namespace twelve
