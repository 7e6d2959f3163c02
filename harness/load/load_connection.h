#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/base/unique_fd.h"
#include "harness/load/load_request.h"
#include "harness/loop/event_loop.h"
#include "harness/net/http_answer.h"
#include "harness/os/socket_host.h"

namespace twelve {

Outcome OutcomeOfStatus(int status);

/// One TCP connection to one target. Carries one request at a time, and may be used again after a
/// complete answer that allows it.
///
/// Threads: the loop's.
/// Owns:    its socket.
/// Errors:  every Send ends in exactly one OnAnswer or OnFailure, perhaps within the call, unless
///          Close comes first.
class LoadConnection {
 public:
  class Listener {
   public:
    /// The answer is complete; reusable() says whether the connection is still of use.
    virtual void OnAnswer(LoadConnection& connection) = 0;
    /// The connection is closed already.
    virtual void OnFailure(LoadConnection& connection, Outcome outcome) = 0;
    /// The other side ended an idle connection; it is closed already.
    virtual void OnIdleEnd(LoadConnection& connection) = 0;

   protected:
    ~Listener() = default;
  };

  /// `buffer` is scratch space that all connections of a loop may share.
  LoadConnection(EventLoop& loop, SocketHost& sockets, Listener& listener, std::span<char> buffer);
  ~LoadConnection();
  LoadConnection(const LoadConnection&) = delete;
  LoadConnection& operator=(const LoadConnection&) = delete;

  /// Says what comes next, for whom. REQUIRES: !busy().
  void Assign(const LoadRequest& request, std::uint16_t target);
  /// Connects if there is no connection, then writes `bytes`, which must live until the end of the
  /// request. `to_head`: no body will follow the answer.
  void Send(const LoadTarget& target, std::string_view bytes, bool to_head);
  /// Drops whatever is going on, without a call back.
  void Close();
  /// Whether an idle connection can take a request: nothing has come and it has not ended.
  bool StillOpen();

  const LoadRequest& request() const { return request_; }
  std::uint16_t target() const { return target_; }
  bool busy() const { return state_ == State::kConnecting || state_ == State::kBusy; }
  bool connecting() const { return state_ == State::kConnecting; }
  bool reusable() const { return state_ == State::kIdle; }
  /// This request is not the first on its connection.
  bool reused() const { return reused_; }
  const HttpAnswerParser& answer() const { return parser_; }
  /// Answers on the present connection, or on the one that has just ended.
  std::uint64_t answers() const { return answers_; }

  // Links and position for the lists of the owner.
  LoadConnection* older = nullptr;
  LoadConnection* newer = nullptr;
  std::size_t idle_position = 0;

 private:
  enum class State { kClosed, kConnecting, kBusy, kIdle };

  void OnEvents(FdEvents events);
  void OnConnected();
  void Write();
  void Read();
  void Answered(bool clean);
  void Fail(Outcome outcome);

  EventLoop& loop_;
  SocketHost& sockets_;
  Listener& listener_;
  std::span<char> buffer_;
  State state_ = State::kClosed;
  UniqueFd fd_;
  LoadRequest request_;
  std::uint16_t target_ = 0;
  std::string_view unsent_;
  bool reused_ = false;
  std::uint64_t answers_ = 0;
  bool write_failed_ = false;
  HttpAnswerParser parser_;
};

}  // namespace twelve
