#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "harness/net/byte_queue.h"
#include "harness/net/http_body.h"
#include "harness/net/http_head.h"
#include "harness/router/router_tally.h"
#include "harness/router/router_targets.h"
#include "harness/router/upstream_pool.h"

namespace twelve {

/// What all connections of a router share.
struct RouterShared {
  const RouterPlan& plan;
  EventLoop& loop;
  RouterTargets& targets;
  RouterTally& tally;
  UpstreamPool& pool;
  std::span<char> buffer;  // scratch space
};

/// One request on its way to a process and the answer on its way back. Knows no client's socket:
/// it takes bytes from one queue and adds bytes to another.
///
/// - Make it for a head; Work whenever bytes came, room came free, or the process did something.
/// - Look at stage() after each.
///
/// Threads: the loop's.
/// Owns:    its connection to the process.
/// Errors:  kRefused: nothing was answered yet, refusal() says what to answer. kCut: an answer has
///          begun and cannot be finished.
class RouterExchange {
 public:
  enum class Stage { kConnecting, kCarrying, kDone, kRefused, kCut };
  // What a queue may hold before its source is left waiting.
  static constexpr std::size_t kRoom = std::size_t{64} << 10;

  RouterExchange(const RouterShared& shared, UpstreamConnection::User& user,
                 const HttpRequestHead& head, std::string request_id);
  ~RouterExchange();
  RouterExchange(const RouterExchange&) = delete;
  RouterExchange& operator=(const RouterExchange&) = delete;

  /// `in`: what the client sent; `in_ended`: it sends no more. True if bytes moved.
  bool Work(ByteQueue& in, bool in_ended, ByteQueue& out);
  /// What is waited for has not come in time. False when it is the client who is waited for.
  bool TimeOut();

  Stage stage() const { return stage_; }
  const HttpRefusal& refusal() const { return refusal_; }
  const std::string& request_id() const { return request_id_; }
  bool to_head() const { return to_head_; }
  bool request_complete() const { return request_body_.complete(); }
  /// More of the request's body is wanted than `in` holds.
  bool wants_input() const { return stage_ == Stage::kCarrying && !request_body_.complete(); }
  /// The client's connection cannot be used again after it.
  bool close_client() const { return close_client_; }
  /// The body's end is the connection's end: only a reset tells the client that it was cut.
  bool until_end() const { return until_end_; }

 private:
  void Attempt(std::uint16_t target);
  void OnConnectFailed(bool refused);
  /// The process ended the connection, or `why` it is of no use.
  void OnDied(std::string why);
  bool TryElsewhere();
  void Refuse(int status, std::string why);
  bool SendRequest(ByteQueue& in, bool in_ended);
  bool ReadAnswer(ByteQueue& out);
  void OnBytes(std::string_view bytes, ByteQueue& out);
  /// True once the head of the final answer has been read; `bytes` is then what follows it.
  bool ReadHead(std::string_view& bytes, ByteQueue& out);
  void OnHead(const HttpResponseHead& head, ByteQueue& out);
  void OnBody(std::string_view bytes, ByteQueue& out);
  void Complete();
  void Leave();

  const RouterShared& shared_;
  UpstreamConnection::User& user_;
  Stage stage_ = Stage::kConnecting;
  HttpRefusal refusal_;
  std::string request_id_;

  // The request.
  bool to_head_, may_repeat_, expects_continue_;
  int client_minor_;
  bool client_keeps_;
  std::string sticky_;
  HttpBody request_body_;
  std::string request_;   // head and what came of the body
  std::size_t sent_ = 0;  // of request_
  bool whole_ = true;     // request_ still begins with the head: it can be sent once more
  bool write_failed_ = false;

  // The attempt.
  std::unique_ptr<UpstreamConnection> upstream_;
  std::uint16_t target_ = 0;
  bool has_target_ = false, retried_ = false;
  TimePoint attempted_;

  // The answer.
  std::string head_bytes_;  // until the head is whole
  bool begun_ = false;      // any byte of it has come
  bool head_passed_ = false;
  bool without_chunks_ = false, until_end_ = false, upstream_keeps_ = false, surplus_ = false;
  bool close_client_ = false;
  int status_ = 0;
  HttpBody response_body_;
};

}  // namespace twelve
