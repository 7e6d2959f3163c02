#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "factors/contracts/http.h"
#include "factors/contracts/web_server.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// Violation of factor VII, "fastcgi-only": speaks FastCGI on its port, and needs a web server in
/// front of it before anybody can ask it something. It answers GET through the routes, a
/// connection at a time; an HTTP request gets a closed connection.
///
/// Threads: see WebServer.
/// Errors:  a request that is no FastCGI, or is over 64 KiB, ends its connection.
class FastCgiServer final : public WebServer {
 public:
  FastCgiServer(std::vector<HttpRoute> routes, RequestObserver observer);
  ~FastCgiServer() override;

  void Start(UniqueFd listener) override;
  void StopAccepting() override;
  int Open() const override { return open_; }
  bool Ended() const override { return ended_; }
  int change_fd() const override { return change_.get(); }
  std::uint64_t Answered() const override { return answered_; }

 private:
  void AcceptUntilStopped();
  void Serve(int connection);
  void Changed() const;

  const std::vector<HttpRoute> routes_;
  const RequestObserver observer_;
  UniqueFd listener_;
  UniqueFd stop_;
  UniqueFd change_;
  std::atomic<bool> ended_{false};
  std::atomic<int> open_{0};
  std::atomic<std::uint64_t> answered_{0};
  std::thread thread_;
};

}  // namespace twelve
