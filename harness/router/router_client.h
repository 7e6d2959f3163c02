#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "harness/base/unique_fd.h"
#include "harness/router/router_exchange.h"

namespace twelve {

/// One connection of a client: reads requests one after the other and answers each.
///
/// Threads: the loop's.
/// Owns:    its socket and the exchange under way.
/// Errors:  it ends in exactly one call of `over`, from the loop and never from within a method; it
///          may destroy the client.
class RouterClient final : private UpstreamConnection::User {
 public:
  using MakeId = std::function<std::string()>;
  using Over = std::function<void(RouterClient& client)>;

  RouterClient(const RouterShared& shared, SocketHost& sockets, UniqueFd fd, const MakeId& make_id,
               const Over& over);
  ~RouterClient();
  RouterClient(const RouterClient&) = delete;
  RouterClient& operator=(const RouterClient&) = delete;

  void Begin();
  /// Ends it if it has waited too long for what comes next.
  void CheckTime(TimePoint now);
  bool in_exchange() const { return exchange_ != nullptr; }

  std::size_t position = 0;  // the owner's note

 private:
  enum class Stage {
    kIdle,  // between two requests
    kHead,
    kExchange,
    kClosing,    // the last answer is on its way out
    kLingering,  // all is sent; what the client still sends is thrown away
    kOver
  };

  void OnUpstream(UpstreamConnection& connection) override;
  void OnEvents(FdEvents events);
  void Work();
  bool Step();
  bool Read();
  bool Flush();
  bool ParseHead();
  void BeginExchange(const HttpRequestHead& head);
  void SetExchangeDeadline();
  void EndExchange();
  void AfterAnswer();
  void Answer(const HttpRefusal& refusal, bool close);
  void Become(Stage stage);
  void Linger();
  void Finish(bool reset);

  const RouterShared& shared_;
  SocketHost& sockets_;
  const MakeId& make_id_;
  const Over& over_;
  UniqueFd fd_;
  Stage stage_ = Stage::kIdle;
  // Edge-triggered: true until a call says that it would block.
  bool readable_ = false, writable_ = false;
  bool ended_ = false;  // the client sends no more
  bool close_ = false;  // after this answer
  bool working_ = false;
  ByteQueue in_, out_;
  std::unique_ptr<RouterExchange> exchange_;
  TimePoint deadline_;
  EventLoop::TimerId timer_ = 0;
};

}  // namespace twelve
