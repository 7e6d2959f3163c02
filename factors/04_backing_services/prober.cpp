#include "factors/04_backing_services/prober.h"

#include <fmt/format.h>

#include <chrono>

#include <nlohmann/json.hpp>

namespace twelve::backing_services {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kServedWithin = seconds(6);
constexpr Duration kOneAnswer = seconds(6);
constexpr Duration kOneTry = seconds(3);
constexpr Duration kPause = milliseconds(100);  // between two questions
constexpr std::size_t kKeptRows = 14;
constexpr const char* kJsonType = "Content-Type: application/json";

double NumberOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Wires::Wire WireOf(const json& one) {
  Wires::Wire wire;
  wire.from = "web";
  wire.resource = TextOf(one, "name");
  wire.place = TextOf(one, "place");
  wire.state = TextOf(one, "state");
  wire.latency_ms = NumberOf(one, "latency_ms");
  wire.trouble = wire.state != "up";
  const json figures = one.value("figures", json::object());
  if (!figures.is_object()) return wire;
  wire.slots = static_cast<int>(NumberOf(figures, "pool_most"));
  wire.slots_used = static_cast<int>(NumberOf(figures, "pool_in_use"));
  wire.waiting = static_cast<int>(NumberOf(figures, "pool_waiting"));
  return wire;
}

}  // namespace

std::uint16_t Prober::port() const {
  const Instance* const web = lab_.Find("web.1");
  return web == nullptr ? std::uint16_t{0} : web->Snapshot().port;
}

Answered Prober::Note(const HttpAsk& ask, const HttpAnswer& answer) {
  Answered answered;
  answered.status = answer.complete ? answer.status : 0;
  answered.ms = ToMs((answer.complete ? answer.done : lab_.Now()) - answer.sent);
  rows_.push_back({ask.method + " " + ask.path,
                   answer.complete ? std::to_string(answer.status) : answer.problem,
                   fmt::format("{:.0f} ms", answered.ms)});
  const bool good = answered.status >= 200 && answered.status < 300;
  marks_.push_back(good ? Mark::kGood : answered.status == 404 ? Mark::kNone : Mark::kBad);
  if (rows_.size() > kKeptRows) {
    rows_.erase(rows_.begin());
    marks_.erase(marks_.begin());
  }
  return answered;
}

Answered Prober::Ask(const HttpAsk& ask, Duration patience) {
  return Note(ask, twelve::Ask(lab_.rig, port(), ask, Deadline::After(lab_.rig.clock(), patience)));
}

Answered Prober::AskUntilServed(const HttpAsk& ask, Duration limit) {
  const TimePoint begun = lab_.Now();
  const Deadline deadline = Deadline::After(lab_.rig.clock(), limit);
  while (true) {
    HttpAnswer answer =
        twelve::Ask(lab_.rig, port(), ask, Deadline::After(lab_.rig.clock(), kOneTry));
    const bool served = answer.complete && answer.status != 503;
    if (served || deadline.Passed(lab_.rig.clock()) || lab_.rig.cancelled()) {
      answer.sent = begun;
      return Note(ask, answer);
    }
    lab_.Watch(kPause, "asking until it is served");
  }
}

std::string Prober::StoreItem(Answered& said) {
  const std::string id = fmt::format("apple-{}", ++items_);
  said = AskUntilServed(
      {"PUT", "/api/v1/items/" + id, R"({"name":"Apple","quantity":3})", {kJsonType}},
      kServedWithin);
  return said.status == 201 || said.status == 200 ? id : "";
}

std::string Prober::StoreSession(Answered& said) {
  const HttpAsk ask = {"POST", "/api/v1/sessions", R"({"user_id":"ada"})", {kJsonType}};
  const HttpAnswer answer =
      twelve::Ask(lab_.rig, port(), ask, Deadline::After(lab_.rig.clock(), kOneAnswer));
  said = Note(ask, answer);
  const json body = json::parse(answer.body, nullptr, false);
  return said.status == 201 && body.is_object() ? TextOf(body, "session_id") : "";
}

void Prober::LookAtWires(Duration patience) {
  const HttpAnswer answer =
      Get(lab_.rig, port(), "/api/v1/backing", Deadline::After(lab_.rig.clock(), patience));
  const json body = json::parse(answer.body, nullptr, false);
  if (!body.is_object() || !body.contains("backing") || !body["backing"].is_array()) return;
  wires_.clear();
  for (const json& one : body["backing"]) {
    if (one.is_object()) wires_.push_back(WireOf(one));
  }
}

TablePanel Prober::DrawNotes() const {
  TablePanel table;
  table.title = "Asked and answered";
  table.columns = {"request", "answer", "took"};
  table.rows = rows_;
  for (const Mark mark : marks_) table.marks.push_back({Mark::kNone, mark, Mark::kNone});
  return table;
}

void Prober::Forget() {
  rows_.clear();
  marks_.clear();
  wires_.clear();
}

}  // namespace twelve::backing_services
