#pragma once

#include <memory>
#include <string>

namespace twelve {

/// A real server that keeps a queue, and what can happen to it. Hides harness/backing, because its
/// names and those of the parts are not for one source file.
///
/// Threads: one.
/// Owns:    the server, which ends with this.
/// Errors:  are failures of the test that goes on.
class QueueServer {
 public:
  virtual ~QueueServer() = default;
  virtual std::string url() const = 0;
  virtual void Kill() = 0;   // SIGKILL; returns when nothing of it is alive
  virtual void Start() = 0;  // on the same port and data; returns when it answers
  virtual void Pause() = 0;
  virtual void Continue() = 0;
};

/// Null, with a failure, when it cannot be started.
std::unique_ptr<QueueServer> StartPostgres();
std::unique_ptr<QueueServer> StartRedis();

}  // namespace twelve
