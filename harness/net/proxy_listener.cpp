#include "harness/net/proxy_listener.h"

#include <utility>

namespace twelve {
namespace {

constexpr int kBacklog = 1024;
// With a backlog of 0 Linux queues one connection and lets all others wait unanswered. A few more
// than one: their attempts keep the queue full should it take two.
constexpr int kFillers = 3;
constexpr int kAcceptsPerTurn = 64;
constexpr Duration kTryAgain = std::chrono::milliseconds(50);

}  // namespace

ProxyListener::ProxyListener(EventLoop& loop, SocketHost& sockets,
                             std::function<void(UniqueFd)> accepted)
    : loop_(loop), sockets_(sockets), accepted_(std::move(accepted)) {}

ProxyListener::~ProxyListener() {
  Close();
}

void ProxyListener::Close() {
  if (timer_ != 0) loop_.Cancel(std::exchange(timer_, 0));
  if (watched_) loop_.Unwatch(listener_.get());
  watched_ = false;
  fillers_.clear();
  listener_.Reset();
}

Status ProxyListener::Open(const Endpoint& where) {
  where_ = where;
  return Listen();
}

Status ProxyListener::Listen() {
  auto listener = sockets_.Listen(where_.address, where_.port, mode_ == Mode::kFull ? 0 : kBacklog);
  if (!listener) return listener.error();
  listener_ = std::move(listener).value();
  where_.port = sockets_.LocalPort(listener_.get());
  if (mode_ == Mode::kOpen) {
    Watch();
    return {};
  }
  for (int i = 0; i < kFillers; ++i) {
    auto filler = sockets_.Connect(where_.address, where_.port);
    if (filler) fillers_.push_back(std::move(filler).value());
  }
  return {};
}

void ProxyListener::Watch() {
  const Status watched = loop_.Watch(listener_.get(), {}, [this](FdEvents) { OnAcceptable(); });
  watched_ = watched.ok();
  if (!watched) problem_ = watched.error().message;
}

void ProxyListener::Become(Mode mode) {
  if (mode == mode_) return;
  mode_ = mode;
  Close();
  problem_.clear();
  if (mode_ != Mode::kRefuse) ListenOrRetry();
}

void ProxyListener::ListenOrRetry() {
  const Status listening = Listen();
  problem_ = listening ? "" : listening.error().message;
  if (!listening) ComeBack(kTryAgain, [this] { ListenOrRetry(); });
}

void ProxyListener::ComeBack(Duration delay, std::function<void()> task) {
  timer_ = loop_.After(delay, [this, task = std::move(task)] {
    timer_ = 0;
    task();
  });
}

void ProxyListener::OnAcceptable() {
  for (int i = 0; i < kAcceptsPerTurn && listener_.valid(); ++i) {
    auto accepted = sockets_.Accept(listener_.get());
    if (accepted) {
      accepted_(std::move(accepted).value());
      continue;
    }
    if (accepted.error().code == ErrorCode::kBusy) return;
    // Out of descriptors: the client still waits there, and the loop would ask without a pause.
    problem_ = accepted.error().message;
    loop_.Unwatch(listener_.get());
    watched_ = false;
    return ComeBack(kTryAgain, [this] {
      problem_.clear();
      Watch();
    });
  }
}

}  // namespace twelve
