#include "harness/net/http_answer.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

#include "harness/rig/rig.h"

namespace twelve {
namespace {

constexpr std::size_t kKeptBody = std::size_t{8} << 20;
constexpr std::string_view kStillOpen = "still open";

bool Over(Connection::State state) {
  return state != Connection::State::kConnecting && state != Connection::State::kOpen;
}

/// Why nothing, or not everything, came.
std::string Problem(Connection::State state, const std::string& of_the_answer) {
  switch (state) {
    case Connection::State::kRefused:
      return "refused: nobody listens on the port";
    case Connection::State::kTimedOut:
      return "no connection in time";
    case Connection::State::kFailed:
      return "the connection could not be opened";
    case Connection::State::kConnecting:
      return "no connection before the deadline";
    case Connection::State::kReset:
      return of_the_answer.rfind(kStillOpen, 0) == 0
                 ? "reset" + of_the_answer.substr(kStillOpen.size())
                 : of_the_answer;
    case Connection::State::kOpen:
    case Connection::State::kEnded:
      return of_the_answer;
  }
  return of_the_answer;
}

}  // namespace

HttpAnswer ParseAnswer(std::string_view bytes, bool ended) {
  HttpAnswerParser parser({.head = true, .body_bytes = kKeptBody});
  parser.Feed(bytes);
  if (ended) parser.End();
  HttpAnswer answer;
  answer.complete = parser.complete();
  answer.status = parser.status();
  answer.status_line = parser.status_line();
  answer.headers = parser.headers();
  answer.body = parser.body();
  answer.problem = parser.Problem();
  return answer;
}

HttpAnswer Get(Rig& rig, std::uint16_t port, std::string_view path, Deadline deadline) {
  return Ask(rig, port, {.path = std::string(path)}, deadline);
}

std::string HeaderOf(const HttpAnswer& answer, std::string_view name) {
  const std::string_view all = answer.headers;
  std::size_t begin = 0;
  while (begin < all.size()) {
    const std::size_t end = std::min(all.find('\n', begin), all.size());
    std::string_view line = all.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t colon = line.find(':');
    if (colon != name.size() || ::strncasecmp(line.data(), name.data(), colon) != 0) continue;
    line.remove_prefix(colon + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return std::string(line);
  }
  return {};
}

HttpAnswer Ask(Rig& rig, std::uint16_t port, const HttpAsk& ask, Deadline deadline) {
  HttpAnswer answer;
  const TimePoint sent = rig.clock().Now();
  auto connected = rig.Connect(port);
  if (!connected) {
    answer.sent = answer.done = sent;
    answer.problem = connected.error().message;
    return answer;
  }
  Connection& connection = **connected;
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n",
                                 ask.method, ask.path, port);
  for (const std::string& header : ask.headers) head += header + "\r\n";
  if (!ask.body.empty()) head += fmt::format("Content-Length: {}\r\n", ask.body.size());
  connection.Send(head + "\r\n" + ask.body);
  std::optional<TimePoint> parsed_until;
  auto state = Connection::State::kConnecting;
  const auto done = [&] {
    // The state first: what had come before the end is then in Received().
    state = connection.state();
    const bool news = connection.last_byte() != parsed_until;
    if (!news && !Over(state)) return false;
    parsed_until = connection.last_byte();
    // A reset completes nothing, not even a body that is framed by the end of the connection.
    answer = ParseAnswer(connection.Received(), state == Connection::State::kEnded);
    return answer.complete || Over(state);
  };
  rig.WaitUntil(done, deadline);
  if (!answer.complete) {
    if (answer.problem.empty()) answer.problem = ParseAnswer({}, false).problem;
    answer.problem = Problem(state, answer.problem);
  }
  answer.sent = sent;
  answer.first_byte = connection.first_byte().value_or(TimePoint());
  answer.done = connection.last_byte().value_or(rig.clock().Now());
  return answer;
}

}  // namespace twelve
