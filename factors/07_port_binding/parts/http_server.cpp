#include "factors/07_port_binding/parts/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace twelve {
namespace {

// How long to wait when the process has run out of descriptors before it accepts again.
constexpr int kAcceptRetryMs = 20;

int PollMs(Duration left) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
}

void Signal(const UniqueFd& event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event.get(), &one, sizeof one);
}

}  // namespace

HttpServer::HttpServer(ServerOptions options, std::vector<HttpRoute> routes,
                       RequestObserver observer, const DrainState& drain, const Clock& clock)
    : limits_(options.limits),
      observer_(std::move(observer)),
      clock_(clock),
      protocol_(
          std::move(options), std::move(routes),
          [this, &drain] { return drain.draining() || stopping_ || threads_.Saturated(); }, clock),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      change_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      threads_(limits_.max_connections, clock) {}

HttpServer::~HttpServer() {
  StopAccepting();
}

void HttpServer::Start(UniqueFd listener) {
  listener_ = std::move(listener);
  if (!listener_.valid()) {
    ended_ = true;
    Changed();
    return;
  }
  accepting_ = std::thread([this] { AcceptUntilStopped(); });
}

void HttpServer::StopAccepting() {
  stopping_ = true;
  Signal(stop_);
  if (accepting_.joinable()) accepting_.join();
  if (open_ == 0) Changed();
}

void HttpServer::AcceptUntilStopped() {
  while (!stopping_) {
    pollfd wanted[] = {{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    ::poll(wanted, 2, -1);
    AcceptAll();
  }
  // Clients whose connection is complete may have sent a request already: they get their answer.
  AcceptAll();
  listener_.Reset();
}

void HttpServer::AcceptAll() {
  for (;;) {
    UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.valid()) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN) return;
      pollfd stop{stop_.get(), POLLIN, 0};
      ::poll(&stop, 1, kAcceptRetryMs);
      return;
    }
    ++open_;
    // std::function wants something that can be copied.
    threads_.Run([this, fd = connection.Release()] { ServeConnection(UniqueFd(fd)); });
  }
}

void HttpServer::ServeConnection(UniqueFd connection) {
  const int yes = 1;
  // An answer must not wait for the acknowledgement of the one before it.
  ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ConnectionStream stream(connection.get(), limits_.write_timeout, clock_);
  bool keep_open = true;
  bool answered = false;
  while (keep_open && WaitForRequest(stream)) {
    const HttpProtocol::Outcome outcome = protocol_.ServeOne(stream);
    keep_open = outcome.keep_open;
    answered = outcome.answered;
    if (!answered) continue;
    ++answered_;
    observer_(outcome.record);
  }
  if (answered && !keep_open) Linger(connection.get());
  connection.Reset();
  if (--open_ == 0) Changed();
}

bool HttpServer::WaitForRequest(ConnectionStream& stream) const {
  if (stream.HasBuffered()) return true;
  const Deadline deadline = Deadline::After(clock_, limits_.idle_timeout);
  for (;;) {
    pollfd wanted[] = {{stream.socket(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    const int ready = ::poll(wanted, 2, PollMs(deadline.Left(clock_)));
    if (ready > 0) break;
    if (ready == 0 && deadline.Passed(clock_)) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
  // A request that came together with the wish to stop is served; a close by the client is not a
  // request.
  return stream.TakeWhatCame();
}

void HttpServer::Linger(int connection) const {
  // Closing with unread bytes resets the connection, and the reset may overtake the answer.
  ::shutdown(connection, SHUT_WR);
  const Deadline deadline = Deadline::After(clock_, limits_.linger);
  char waste[4096];
  while (!deadline.Passed(clock_)) {
    pollfd wanted{connection, POLLIN, 0};
    if (::poll(&wanted, 1, PollMs(deadline.Left(clock_))) <= 0) return;
    if (::recv(connection, waste, sizeof waste, 0) <= 0) return;
  }
}

void HttpServer::Changed() {
  Signal(change_);
}

}  // namespace twelve
