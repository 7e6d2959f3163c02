#include "harness/router/router_client.h"

#include <algorithm>
#include <utility>

#include "harness/router/forwarded_head.h"

namespace twelve {
namespace {

// Steps before the other connections get their turn; each moves 64 KiB at most.
constexpr int kStepsPerTurn = 16;
// Closing a socket with unread bytes sends RST, which may destroy the answer on its way. So it is
// read on for so long.
constexpr Duration kLinger = std::chrono::milliseconds(500);
// A client that does not take its last answer is given up after this.
constexpr Duration kClosing = std::chrono::seconds(5);

}  // namespace

RouterClient::RouterClient(const RouterShared& shared, SocketHost& sockets, UniqueFd fd,
                           const MakeId& make_id, const Over& over)
    : shared_(shared),
      sockets_(sockets),
      make_id_(make_id),
      over_(over),
      fd_(std::move(fd)),
      deadline_(shared.loop.clock().Now() + shared.plan.head_timeout) {}

RouterClient::~RouterClient() {
  if (timer_ != 0) shared_.loop.Cancel(timer_);
  if (fd_.valid()) shared_.loop.Unwatch(fd_.get());
}

void RouterClient::Begin() {
  const Status watched =
      shared_.loop.Watch(fd_.get(), {.readable = true, .writable = true, .edge = true},
                         [this](FdEvents events) { OnEvents(events); });
  if (!watched) Finish(true);
}

void RouterClient::OnEvents(FdEvents events) {
  readable_ = readable_ || events.readable || events.hang_up;
  writable_ = writable_ || events.writable || events.hang_up;
  // Gone altogether, not only done with sending: nobody waits for the answer.
  if (events.hang_up && stage_ == Stage::kExchange) return Finish(true);
  Work();
}

void RouterClient::OnUpstream(UpstreamConnection& /*connection*/) {
  Work();
}

void RouterClient::Work() {
  if (working_ || stage_ == Stage::kOver) return;
  working_ = true;
  int steps = 0;
  while (stage_ != Stage::kOver && Step()) {
    if (++steps < kStepsPerTurn) continue;
    if (timer_ == 0) {
      timer_ = shared_.loop.After(Duration::zero(), [this] {
        timer_ = 0;
        Work();
      });
    }
    break;
  }
  working_ = false;
}

/// One round over everything that may be done; false when nothing moved.
bool RouterClient::Step() {
  bool moved = Read();
  if (stage_ == Stage::kIdle || stage_ == Stage::kHead) {
    // The answer before must be out first: a client that does not read gets no further.
    if (!in_.empty() && out_.empty()) moved = ParseHead() || moved;
    if (ended_ && stage_ != Stage::kExchange && stage_ != Stage::kOver && out_.empty()) {
      Finish(false);
      return false;
    }
  }
  if (stage_ == Stage::kExchange) {
    const bool progress = exchange_->Work(in_, ended_, out_);
    const RouterExchange::Stage stage = exchange_->stage();
    if (progress) SetExchangeDeadline();
    moved = progress || moved;
    if (stage != RouterExchange::Stage::kConnecting && stage != RouterExchange::Stage::kCarrying) {
      EndExchange();
      moved = true;
    }
  }
  return (stage_ != Stage::kOver && Flush()) || moved;
}

bool RouterClient::Read() {
  const bool discard = stage_ == Stage::kClosing || stage_ == Stage::kLingering;
  // Within an exchange only what its body needs, and never more than fits: that slows a sender.
  const bool wanted = discard || stage_ != Stage::kExchange || exchange_->wants_input();
  if (!readable_ || ended_ || !wanted || in_.size() >= RouterExchange::kRoom) return false;
  const IoResult read = sockets_.Read(fd_.get(), shared_.buffer.data(), shared_.buffer.size());
  switch (read.kind) {
    case IoResult::Kind::kWouldBlock:
      readable_ = false;
      return false;
    case IoResult::Kind::kFailed:
      Finish(true);
      return false;
    case IoResult::Kind::kEnd:
      ended_ = true;
      if (stage_ == Stage::kLingering) Finish(false);
      return true;
    case IoResult::Kind::kDone:
      break;
  }
  if (!discard) in_.Append({shared_.buffer.data(), read.bytes});
  return true;
}

bool RouterClient::Flush() {
  bool moved = false;
  while (!out_.empty() && writable_) {
    const IoResult written = sockets_.Write(fd_.get(), out_.view());
    if (written.kind == IoResult::Kind::kWouldBlock) {
      writable_ = false;
    } else if (written.kind == IoResult::Kind::kDone) {
      out_.Drop(written.bytes);
      moved = true;
    } else {
      Finish(true);
      return false;
    }
  }
  if (out_.empty() && stage_ == Stage::kClosing) Linger();
  return moved;
}

// Requests ---------------------------------------------------------------------------------------

bool RouterClient::ParseHead() {
  // An empty line before a request is forgiven (RFC 9112, 2.2).
  while (in_.view().starts_with("\r\n")) in_.Drop(2);
  if (in_.empty()) return false;
  if (stage_ == Stage::kIdle) {
    Become(Stage::kHead);
    deadline_ = shared_.loop.clock().Now() + shared_.plan.head_timeout;
  }
  const std::string_view bytes = in_.view();
  const std::optional<std::size_t> end = HeadEnd(bytes);
  if (bytes.substr(0, end.value_or(bytes.size())).size() > kMaxHeadBytes) {
    Answer({431, "The head of the request is longer than 32 KiB."}, /*close=*/true);
    return true;
  }
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  if (line > kMaxStartLine) {
    Answer({414, "The first line of the request is longer than 8 KiB."}, /*close=*/true);
    return true;
  }
  if (!end) return false;
  const auto parsed = ParseRequestHead(bytes.substr(0, *end));
  if (const auto* refusal = std::get_if<HttpRefusal>(&parsed)) {
    ++shared_.tally.rejected;
    Answer({refusal->status, "This request is not passed on: " + refusal->why + "."}, true);
    return true;
  }
  BeginExchange(std::get<HttpRequestHead>(parsed));
  in_.Drop(*end);
  return true;
}

void RouterClient::BeginExchange(const HttpRequestHead& head) {
  if (const std::optional<HttpRefusal> refusal = WhyNotForwarded(head)) {
    ++shared_.tally.rejected;
    return Answer({refusal->status, "This request is not passed on: " + refusal->why + "."}, true);
  }
  std::string id(RequestIdOf(head));
  if (id.empty()) id = make_id_();
  close_ = !head.keep_alive;
  Become(Stage::kExchange);
  UpstreamConnection::User& self = *this;
  exchange_ = std::make_unique<RouterExchange>(shared_, self, head, std::move(id));
  SetExchangeDeadline();
}

void RouterClient::SetExchangeDeadline() {
  const bool connecting = exchange_->stage() == RouterExchange::Stage::kConnecting;
  deadline_ = shared_.loop.clock().Now() +
              (connecting ? shared_.plan.connect_timeout : shared_.plan.answer_timeout);
}

void RouterClient::EndExchange() {
  const std::unique_ptr<RouterExchange> exchange = std::move(exchange_);
  switch (exchange->stage()) {
    case RouterExchange::Stage::kDone:
      close_ = close_ || exchange->close_client();
      return AfterAnswer();
    case RouterExchange::Stage::kRefused: {
      const OwnAnswer answer = {.status = exchange->refusal().status,
                                .text = exchange->refusal().why,
                                .close = close_ || !exchange->request_complete(),
                                .to_head = exchange->to_head()};
      AppendOwnAnswer(answer, exchange->request_id(), out_.back());
      close_ = answer.close;
      return AfterAnswer();
    }
    case RouterExchange::Stage::kCut:
      // What came of the answer is passed on; then only the way of ending tells that it was cut.
      Flush();
      if (stage_ != Stage::kOver) Finish(/*reset=*/true);
      return;
    case RouterExchange::Stage::kConnecting:
    case RouterExchange::Stage::kCarrying:
      return;
  }
}

void RouterClient::AfterAnswer() {
  if (close_) return Become(Stage::kClosing);
  Become(Stage::kIdle);
}

void RouterClient::Answer(const HttpRefusal& refusal, bool close) {
  AppendOwnAnswer({.status = refusal.status, .text = refusal.why, .close = close}, {}, out_.back());
  close_ = close;
  AfterAnswer();
}

void RouterClient::Become(Stage stage) {
  stage_ = stage;
  const TimePoint now = shared_.loop.clock().Now();
  if (stage == Stage::kIdle) deadline_ = now + shared_.plan.idle_timeout;
  if (stage == Stage::kClosing) deadline_ = now + kClosing;
}

// Time and the end -------------------------------------------------------------------------------

void RouterClient::CheckTime(TimePoint now) {
  if (now < deadline_ || stage_ == Stage::kOver) return;
  switch (stage_) {
    case Stage::kHead:
      ++shared_.tally.rejected;
      Answer({408, "The head of the request did not come in time."}, /*close=*/true);
      return Work();
    case Stage::kExchange:
      if (!out_.empty()) return Finish(true);  // it does not read its answer
      if (exchange_->TimeOut()) {
        SetExchangeDeadline();
      } else {
        exchange_.reset();
        Answer({408, "The body of the request did not come in time."}, /*close=*/true);
      }
      return Work();
    case Stage::kIdle:
    case Stage::kClosing:
    case Stage::kLingering:
    case Stage::kOver:
      return Finish(stage_ == Stage::kClosing);
  }
}

void RouterClient::Linger() {
  if (ended_) return Finish(false);
  Become(Stage::kLingering);
  deadline_ = shared_.loop.clock().Now() + kLinger;
  in_ = ByteQueue();
  sockets_.ShutdownWrite(fd_.get());
}

void RouterClient::Finish(bool reset) {
  if (stage_ == Stage::kOver) return;
  stage_ = Stage::kOver;
  exchange_.reset();
  shared_.loop.Unwatch(fd_.get());
  if (reset) sockets_.ResetOnClose(fd_.get());
  fd_.Reset();
  if (timer_ != 0) shared_.loop.Cancel(timer_);
  // From the loop: whoever called may still be at work on this client.
  timer_ = shared_.loop.After(Duration::zero(), [this] {
    timer_ = 0;
    over_(*this);
  });
}

}  // namespace twelve
