#include "harness/router/router_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "harness/router/forwarded_head.h"

namespace twelve {
namespace {

// A request that is longer than this is not kept for a second try.
constexpr std::size_t kMostRepeated = std::size_t{64} << 10;

}  // namespace

RouterExchange::RouterExchange(const RouterShared& shared, UpstreamConnection::User& user,
                               const HttpRequestHead& head, std::string request_id)
    : shared_(shared),
      user_(user),
      request_id_(std::move(request_id)),
      to_head_(head.method == "HEAD"),
      may_repeat_(IsIdempotent(head.method) ||
                  FindField(head.fields, "idempotency-key").has_value()),
      expects_continue_(head.expects_continue),
      client_minor_(head.minor),
      client_keeps_(head.keep_alive),
      request_body_(head.framing) {
  ++shared_.tally.requests;
  AppendRequestHead(head, {shared_.plan.listen.address, request_id_}, request_);
  if (shared_.plan.sticky) sticky_ = StickyNameOf(head, Router::kStickyCookie);
  const auto target = shared_.targets.Pick(sticky_);
  if (target) {
    Attempt(*target);
  } else {
    ++shared_.tally.no_target;
    Refuse(503, shared_.targets.WhyNobody());
  }
}

RouterExchange::~RouterExchange() {
  if (stage_ == Stage::kConnecting || stage_ == Stage::kCarrying) ++shared_.tally.abandoned;
  Leave();
}

/// The process has no more to do with this exchange.
void RouterExchange::Leave() {
  upstream_.reset();
  if (has_target_) --shared_.targets.at(target_).in_flight;
  has_target_ = false;
}

void RouterExchange::Attempt(std::uint16_t target) {
  target_ = target;
  has_target_ = true;
  ++shared_.targets.at(target).in_flight;
  ++shared_.tally.At(target).requests;
  attempted_ = shared_.loop.clock().Now();
  sent_ = 0;
  write_failed_ = false;
  upstream_ = shared_.pool.Take(target, /*sure=*/!may_repeat_);
  upstream_->SetUser(&user_);
  stage_ = Stage::kCarrying;
  if (upstream_->reused) return;
  stage_ = Stage::kConnecting;
  const Status opened = upstream_->Open(shared_.targets.at(target).target);
  if (!opened) OnConnectFailed(/*refused=*/opened.error().sys_errno == ECONNREFUSED);
}

void RouterExchange::Refuse(int status, std::string why) {
  Leave();
  stage_ = Stage::kRefused;
  refusal_ = {status, std::move(why)};
}

bool RouterExchange::TryElsewhere() {
  if (retried_ || !whole_ || !shared_.plan.retry_elsewhere) return false;
  const std::uint16_t failed = target_;
  const auto target = shared_.targets.Pick({}, failed);
  if (!target) return false;
  retried_ = true;
  ++shared_.tally.retried;
  ++shared_.tally.At(failed).retried;
  Leave();
  Attempt(*target);
  return true;
}

void RouterExchange::OnConnectFailed(bool refused) {
  ++shared_.tally.At(target_).refused;
  const std::string name = shared_.targets.at(target_).target.name;
  shared_.targets.OnRefused(target_);
  shared_.pool.Drop(target_);
  if (TryElsewhere()) return;
  ++shared_.tally.failed;
  Refuse(502, fmt::format("{} {}; {}.", name,
                          refused ? "refused the connection" : "did not take the connection",
                          retried_ ? "it was the second try" : "no other process was ready"));
}

void RouterExchange::OnDied(std::string why) {
  const bool safe = upstream_->reused && !begun_ && may_repeat_;
  shared_.tally.Broken(target_);
  if (safe && TryElsewhere()) return;
  ++shared_.tally.failed;
  if (head_passed_) {
    Leave();
    stage_ = Stage::kCut;
    return;
  }
  Refuse(502, fmt::format("{} {}.", shared_.targets.at(target_).target.name, why));
}

bool RouterExchange::TimeOut() {
  if (stage_ == Stage::kConnecting) {
    OnConnectFailed(/*refused=*/false);
    return true;
  }
  if (stage_ != Stage::kCarrying) return true;
  if (sent_ == request_.size() && !request_body_.complete() && !begun_) return false;
  shared_.tally.Broken(target_);
  ++shared_.tally.failed;
  if (head_passed_) {
    Leave();
    stage_ = Stage::kCut;
  } else {
    Refuse(504, fmt::format("{} did not answer in time.", shared_.targets.at(target_).target.name));
  }
  return true;
}

bool RouterExchange::Work(ByteQueue& in, bool in_ended, ByteQueue& out) {
  if (stage_ == Stage::kConnecting) {
    if (!upstream_->Settle()) return false;
    if (const int error = upstream_->connect_error(); error != 0) {
      OnConnectFailed(error == ECONNREFUSED);
      return true;
    }
    stage_ = Stage::kCarrying;
  }
  const bool sent = stage_ == Stage::kCarrying && SendRequest(in, in_ended);
  const bool received = stage_ == Stage::kCarrying && ReadAnswer(out);
  return sent || received;
}

// The request ------------------------------------------------------------------------------------

bool RouterExchange::SendRequest(ByteQueue& in, bool in_ended) {
  bool moved = false;
  while (!request_body_.complete() && !in.empty() && request_.size() - sent_ < kRoom) {
    const std::string_view bytes = in.view().substr(0, kRoom);
    const std::size_t taken = request_body_.Feed(bytes);
    request_.append(bytes.substr(0, taken));
    in.Drop(taken);
    moved = true;
    if (!request_body_.broken()) continue;
    ++shared_.tally.abandoned;
    stage_ = Stage::kCut;
    if (!head_passed_) Refuse(400, "The chunks of the request's body break the rules.");
    Leave();
    return true;
  }
  if (in_ended && in.empty() && !request_body_.complete()) {
    ++shared_.tally.abandoned;  // it ended in the middle of its own request
    Leave();
    stage_ = Stage::kCut;
    return true;
  }
  while (sent_ < request_.size() && upstream_->writable() && !write_failed_) {
    const IoResult written = upstream_->Write(std::string_view(request_).substr(sent_));
    if (written.kind == IoResult::Kind::kDone) {
      sent_ += written.bytes;
      moved = true;
    } else {
      // The answer may be here although the rest of the request cannot be sent: it is read.
      write_failed_ = written.kind != IoResult::Kind::kWouldBlock;
    }
  }
  if (request_.size() > kMostRepeated && sent_ > 0) {
    request_.erase(0, sent_);
    sent_ = 0;
    whole_ = false;
  }
  return moved;
}

// The answer -------------------------------------------------------------------------------------

bool RouterExchange::ReadAnswer(ByteQueue& out) {
  bool moved = false;
  while (stage_ == Stage::kCarrying && (upstream_->readable() || write_failed_) &&
         out.size() < kRoom) {
    const IoResult read = upstream_->Read(shared_.buffer.data(), shared_.buffer.size());
    switch (read.kind) {
      case IoResult::Kind::kWouldBlock:
        if (write_failed_) OnDied("closed the connection before it had read the request");
        return moved;
      case IoResult::Kind::kFailed:
        OnDied(begun_ ? "reset the connection in the middle of its answer"
                      : "reset the connection before it answered");
        return true;
      case IoResult::Kind::kEnd:
        response_body_.End();
        if (head_passed_ && response_body_.complete()) {
          Complete();
        } else {
          OnDied(begun_ ? "ended the connection in the middle of its answer"
                        : "ended the connection before it answered");
        }
        return true;
      case IoResult::Kind::kDone:
        break;
    }
    moved = true;
    begun_ = true;
    OnBytes({shared_.buffer.data(), read.bytes}, out);
  }
  return moved;
}

void RouterExchange::OnBytes(std::string_view bytes, ByteQueue& out) {
  if (head_passed_) return OnBody(bytes, out);
  if (head_bytes_.empty()) {
    // Mostly the whole head comes at once: then it need not be copied.
    if (ReadHead(bytes, out)) return OnBody(bytes, out);
    if (stage_ == Stage::kCarrying) head_bytes_.assign(bytes);
    return;
  }
  head_bytes_.append(bytes);
  std::string whole = std::move(head_bytes_);
  head_bytes_.clear();
  std::string_view rest = whole;
  if (ReadHead(rest, out)) return OnBody(rest, out);
  if (stage_ == Stage::kCarrying) head_bytes_.assign(rest);
}

bool RouterExchange::ReadHead(std::string_view& bytes, ByteQueue& out) {
  for (;;) {
    const std::optional<std::size_t> end = HeadEnd(bytes);
    if (!end || *end > kMaxHeadBytes) {
      if (bytes.size() <= kMaxHeadBytes) return false;
      OnDied("sent a head that is longer than 32 KiB");
      return false;
    }
    const auto parsed = ParseResponseHead(bytes.substr(0, *end), to_head_);
    if (const auto* refusal = std::get_if<HttpRefusal>(&parsed)) {
      OnDied("sent no valid answer: " + refusal->why);
      return false;
    }
    const auto& head = std::get<HttpResponseHead>(parsed);
    if (head.status == 101) {
      OnDied("changed the protocol although nobody asked for it");
      return false;
    }
    if (head.status >= 200) {
      OnHead(head, out);
      bytes.remove_prefix(*end);
      return true;
    }
    // Of the interim answers only the one that the client waits for is passed on.
    if (head.status == 100 && expects_continue_) out.Append("HTTP/1.1 100 Continue\r\n\r\n");
    bytes.remove_prefix(*end);
  }
}

void RouterExchange::OnHead(const HttpResponseHead& head, ByteQueue& out) {
  head_passed_ = true;
  status_ = head.status;
  upstream_keeps_ = head.keep_alive;
  response_body_.Reset(head.framing);
  until_end_ = head.framing.kind == HttpFraming::Kind::kUntilEnd;
  without_chunks_ = head.framing.kind == HttpFraming::Kind::kChunked && client_minor_ == 0;
  until_end_ = until_end_ || without_chunks_;
  // A client whose request is not read to its end would take what follows for the next answer.
  close_client_ = !client_keeps_ || until_end_ || !request_body_.complete();
  const std::string& name = shared_.targets.at(target_).target.name;
  ResponseForwarding forwarding;
  forwarding.request_id = request_id_;
  forwarding.served_by = name;
  if (shared_.plan.sticky && sticky_ != name) forwarding.cookie = Router::kStickyCookie;
  forwarding.close = close_client_;
  forwarding.say_keep_alive = client_minor_ == 0;
  forwarding.without_chunks = without_chunks_;
  AppendResponseHead(head, forwarding, out.back());
}

void RouterExchange::OnBody(std::string_view bytes, ByteQueue& out) {
  std::string* content = without_chunks_ ? &out.back() : nullptr;
  const std::size_t taken = response_body_.Feed(bytes, content);
  if (content == nullptr) out.Append(bytes.substr(0, taken));
  if (response_body_.broken()) return OnDied("sent chunks that break the rules");
  surplus_ = taken < bytes.size();
  if (response_body_.complete()) Complete();
}

void RouterExchange::Complete() {
  const bool reusable = upstream_keeps_ && !surplus_ && !until_end_ && !write_failed_ &&
                        request_body_.complete() && sent_ == request_.size();
  shared_.tally.Answered(target_, status_, shared_.loop.clock().Now() - attempted_);
  if (reusable && shared_.targets.MayServe(target_)) shared_.pool.Keep(std::move(upstream_));
  Leave();
  stage_ = Stage::kDone;
}

}  // namespace twelve
