#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "factors/07_port_binding/parts/elastic_threads.h"
#include "factors/07_port_binding/parts/http_protocol.h"
#include "factors/contracts/http.h"
#include "factors/contracts/termination.h"
#include "factors/contracts/web_server.h"
#include "harness/base/unique_fd.h"

namespace twelve {

/// The web server inside the service: accepts connections, gives each a thread while it lives, and
/// comes to rest without losing a request (factor VII: nothing has to be put in front of it for it
/// to speak HTTP; factor IX: StopAccepting, then wait for Open() to be 0).
///
/// Threads: Start once; what Drainable offers from one thread; the rest from any.
/// Owns:    the listener, its connections and their threads. The destructor stops accepting and
///          waits for requests in flight.
/// Errors:  a failing accept is tried again; a lost connection ends that connection only.
class HttpServer final : public WebServer {
 public:
  HttpServer(ServerOptions options, std::vector<HttpRoute> routes, RequestObserver observer,
             const DrainState& drain, const Clock& clock);
  ~HttpServer() override;

  void Start(UniqueFd listener) override;

  void StopAccepting() override;
  int Open() const override { return open_; }
  bool Ended() const override { return ended_; }
  int change_fd() const override { return change_.get(); }
  std::uint64_t Answered() const override { return answered_; }
  /// Threads that serve connections right now.
  std::size_t Threads() const { return threads_.Count(); }

 private:
  void AcceptUntilStopped();
  void AcceptAll();
  void ServeConnection(UniqueFd connection);
  bool WaitForRequest(ConnectionStream& stream) const;
  void Linger(int connection) const;
  void Changed();

  const ServerLimits limits_;
  const RequestObserver observer_;
  const Clock& clock_;
  HttpProtocol protocol_;
  UniqueFd listener_;
  UniqueFd stop_;    // an eventfd: readable from StopAccepting on, which wakes everybody
  UniqueFd change_;  // an eventfd, see Drainable
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  std::atomic<int> open_{0};
  std::atomic<std::uint64_t> answered_{0};
  std::thread accepting_;
  ElasticThreads threads_;  // last: joined before anything that they use goes
};

}  // namespace twelve
