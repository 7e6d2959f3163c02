#include "tests/support/scripted_server.h"

#include <algorithm>
#include <future>
#include <utility>
#include <vector>

#include "harness/os/posix/posix_event_loop.h"

namespace twelve {

std::string HttpReply(int status, std::string_view body, std::string_view extra_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n" + std::string(extra_headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

ScriptedServer::ScriptedServer(Script script, std::uint16_t port) : script_(std::move(script)) {
  auto loop = PosixEventLoop::Create(clock_);
  auto listener = sockets_.Listen("127.0.0.1", port, 1024);
  if (!loop || !listener) return;
  loop_ = std::move(loop).value();
  listener_ = std::move(listener).value();
  const Status watched = loop_->Watch(listener_.get(), {}, [this](FdEvents) { OnAccept(); });
  if (!watched) return;
  port_ = sockets_.LocalPort(listener_.get());
  thread_ = std::thread([this] { loop_->Run(); });
}

ScriptedServer::~ScriptedServer() {
  if (!thread_.joinable()) return;
  Resume();
  loop_->Stop();
  thread_.join();
}

void ScriptedServer::OnLoop(std::function<void()> task) {
  std::promise<void> done;
  loop_->Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void ScriptedServer::Pause() {
  {
    MutexLock lock(pause_mutex_);
    paused_ = true;
  }
  loop_->Post([this] {
    MutexLock lock(pause_mutex_);
    stopped_ = true;
    pause_changed_.NotifyAll();
    while (paused_) pause_changed_.Wait(pause_mutex_);
    stopped_ = false;
  });
  MutexLock lock(pause_mutex_);
  while (!stopped_) pause_changed_.Wait(pause_mutex_);
}

void ScriptedServer::Resume() {
  MutexLock lock(pause_mutex_);
  paused_ = false;
  pause_changed_.NotifyAll();
}

void ScriptedServer::Die() {
  OnLoop([this] {
    if (listener_.valid()) loop_->Unwatch(listener_.get());
    listener_.Reset();
    while (!clients_.empty()) Drop(clients_.begin()->first, /*reset=*/false);
  });
}

void ScriptedServer::CloseIdle() {
  OnLoop([this] {
    std::vector<int> idle;
    for (const auto& [fd, client] : clients_) {
      if (!client.replying && client.in.empty()) idle.push_back(fd);
    }
    for (const int fd : idle) Drop(fd, /*reset=*/false);
  });
}

void ScriptedServer::OnAccept() {
  for (;;) {
    auto accepted = sockets_.Accept(listener_.get());
    if (!accepted) return;
    const int fd = accepted->get();
    ++connections_;
    clients_[fd].fd = std::move(accepted).value();
    const Status watched = loop_->Watch(fd, {.readable = true, .writable = true, .edge = true},
                                        [this, fd](FdEvents) { OnEvents(fd); });
    if (!watched) clients_.erase(fd);
  }
}

void ScriptedServer::OnEvents(int fd) {
  Client& client = clients_.at(fd);
  char buffer[16384];
  for (;;) {
    const IoResult read = sockets_.Read(fd, buffer, sizeof buffer);
    if (read.kind == IoResult::Kind::kWouldBlock) break;
    if (read.kind != IoResult::Kind::kDone) return Drop(fd, /*reset=*/false);
    client.in.append(buffer, read.bytes);
  }
  if (client.replying) {
    if (Flush(client) && client.reply.bytes.empty() && client.timer == 0) EndReply(fd);
  } else {
    NextRequest(fd);
  }
}

void ScriptedServer::NextRequest(int fd) {
  Client& client = clients_.at(fd);
  const std::size_t end = client.in.find("\r\n\r\n");
  if (client.replying || end == std::string::npos) return;
  std::size_t whole = end + 4;
  const std::size_t length = client.in.find("Content-Length: ");
  if (length < end) whole += static_cast<std::size_t>(std::atoi(client.in.c_str() + length + 16));
  if (client.in.size() < whole) return;
  const std::string request = client.in.substr(0, client.in.find(" HTTP/"));
  client.in.erase(0, whole);
  ++requests_;
  client.replying = true;
  client.reply = script_(request);
  if (client.reply.delay == Duration::zero()) return Drip(fd);
  client.timer = loop_->After(client.reply.delay, [this, fd] { Drip(fd); });
}

void ScriptedServer::Drip(int fd) {
  Client& client = clients_.at(fd);
  client.timer = 0;
  std::string& left = client.reply.bytes;
  const std::size_t part =
      client.reply.drip == 0 ? left.size() : std::min(client.reply.drip, left.size());
  client.out += left.substr(0, part);
  left.erase(0, part);
  const bool flushed = Flush(client);
  if (!left.empty()) {
    client.timer = loop_->After(client.reply.drip_gap, [this, fd] { Drip(fd); });
  } else if (flushed) {
    EndReply(fd);
  }
}

bool ScriptedServer::Flush(Client& client) {
  while (!client.out.empty()) {
    const IoResult written = sockets_.Write(client.fd.get(), client.out);
    if (written.kind == IoResult::Kind::kWouldBlock) return false;
    if (written.kind == IoResult::Kind::kFailed) {
      client.out.clear();
      return true;
    }
    client.out.erase(0, written.bytes);
  }
  return true;
}

void ScriptedServer::EndReply(int fd) {
  Client& client = clients_.at(fd);
  client.replying = false;
  if (client.reply.then != ScriptedReply::Then::kKeep) {
    return Drop(fd, client.reply.then == ScriptedReply::Then::kReset);
  }
  NextRequest(fd);
}

void ScriptedServer::Drop(int fd, bool reset) {
  Client& client = clients_.at(fd);
  if (client.timer != 0) loop_->Cancel(client.timer);
  if (reset) sockets_.ResetOnClose(fd);
  loop_->Unwatch(fd);
  clients_.erase(fd);
}

}  // namespace twelve
