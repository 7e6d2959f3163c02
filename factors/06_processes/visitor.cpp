#include "factors/06_processes/visitor.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

namespace twelve::processes {
namespace {

using nlohmann::json;

constexpr Duration kPatience = std::chrono::seconds(10);  // for one answer
constexpr std::size_t kKeptLines = 14;

constexpr std::string_view kCartRow = "Ada's cart";
constexpr std::string_view kItemRow = "the item";
constexpr std::string_view kFileRow = "the upload";
constexpr const char* kJsonType = "Content-Type: application/json";

json Parse(const HttpAnswer& answer) {
  return json::parse(answer.body, nullptr, false);
}

std::int64_t CountCart(const HttpAnswer& answer) {
  const json body = Parse(answer);
  if (!body.is_object() || !body.contains("data") || !body["data"].is_object()) return -1;
  const json cart = body["data"].value("cart", json());
  return cart.is_array() ? static_cast<std::int64_t>(cart.size()) : -1;
}

std::int64_t Quantity(const HttpAnswer& answer) {
  const json body = Parse(answer);
  if (!body.is_object() || !body.contains("quantity")) return -1;
  return body["quantity"].is_number_integer() ? body["quantity"].get<std::int64_t>() : -1;
}

std::vector<std::string> Cookies(const HttpAnswer& answer) {
  constexpr std::string_view kName = "set-cookie:";
  std::vector<std::string> cookies;
  const std::string_view all = answer.headers;
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = std::min(all.find('\n', begin), all.size());
    std::string_view line = all.substr(begin, end - begin);
    begin = end + 1;
    if (line.size() <= kName.size()) continue;
    if (::strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
    line.remove_prefix(kName.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    cookies.emplace_back(line.substr(0, line.find_first_of(";\r")));
  }
  return cookies;
}

std::string Said(const Sight& sight) {
  return sight.status == 0 ? sight.problem : std::to_string(sight.status);
}

}  // namespace

std::string PinOf(const Sight& sight) {
  const std::string prefix = std::string(Router::kStickyCookie) + "=";
  for (const std::string& cookie : sight.cookies) {
    if (cookie.rfind(prefix, 0) == 0) return cookie.substr(prefix.size());
  }
  return {};
}

Visitor::Asked Visitor::Send(const Place& place, HttpAsk ask) const {
  if (place.through_router && !place.process.empty()) {
    ask.headers.push_back(fmt::format("Cookie: {}={}", Router::kStickyCookie, place.process));
  }
  Asked asked;
  asked.answer = Ask(rig_, place.port, ask, Deadline::After(rig_.clock(), kPatience));
  asked.sight.process = place.process;
  asked.sight.status = asked.answer.complete ? asked.answer.status : 0;
  asked.sight.problem = asked.answer.problem;
  asked.sight.cookies = Cookies(asked.answer);
  if (place.through_router) {
    const std::string pin = PinOf(asked.sight);
    if (!pin.empty()) asked.sight.process = pin;
  }
  return asked;
}

void Visitor::Note(const std::string& request, const std::string& answer, const Sight& sight) {
  const bool trouble = sight.status < 200 || sight.status > 299;
  lines_.push_back({request, answer, sight.process, trouble});
  if (lines_.size() > kKeptLines) lines_.erase(lines_.begin());
}

void Visitor::Fill(std::string_view row, const Sight& sight, const std::string& text) {
  cells_[std::string(row)][sight.process] = {text, sight.found() ? Mark::kGood : Mark::kBad};
}

Sight Visitor::SignIn(Place& place) {
  session_.clear();
  const Asked made = Send(
      place, {"POST", "/api/v1/sessions", R"({"user_id":"ada","data":{"cart":[]}})", {kJsonType}});
  Note("POST /api/v1/sessions, user ada", Said(made.sight), made.sight);
  const json body = Parse(made.answer);
  known_ = made.sight.status == 201 && body.is_object() && body.contains("session_id");
  seen_items_ = 0;
  if (!known_) return made.sight;
  session_ = body.value("session_id", "");
  place.process = made.sight.process;
  Asked filled =
      Send(place,
           {"PUT", "/api/v1/sessions/" + session_, R"({"cart":["apples","pears"]})", {kJsonType}});
  filled.sight.value = CountCart(filled.answer);
  Note("PUT her session: apples, pears", Said(filled.sight), filled.sight);
  known_ = filled.sight.found();
  seen_items_ = std::max<std::int64_t>(filled.sight.value, 0);
  return filled.sight;
}

Sight Visitor::SeeCart(const Place& place) {
  Asked asked = Send(place, {.path = "/api/v1/sessions/" + session_});
  Sight& sight = asked.sight;
  if (sight.found()) sight.value = CountCart(asked.answer);
  known_ = sight.found();
  seen_items_ = std::max<std::int64_t>(sight.value, 0);
  const std::string items = fmt::format("{} items", seen_items_);
  Note("GET her session", sight.found() ? "200, " + items : Said(sight), sight);
  Fill(kCartRow, sight, sight.found() ? items : Said(sight));
  return sight;
}

Sight Visitor::PutItem(const Place& place, const std::string& id, std::int64_t quantity) {
  Asked asked = Send(place, {"PUT",
                             "/api/v1/items/" + id,
                             fmt::format(R"({{"name":"Apples","quantity":{}}})", quantity),
                             {kJsonType}});
  asked.sight.value = Quantity(asked.answer);
  Note(fmt::format("PUT item {}: {}", id, quantity), Said(asked.sight), asked.sight);
  return asked.sight;
}

Sight Visitor::SeeItem(const Place& place, const std::string& id) {
  Asked asked = Send(place, {.path = "/api/v1/items/" + id});
  Sight& sight = asked.sight;
  if (sight.found()) sight.value = Quantity(asked.answer);
  Note("GET item " + id, sight.found() ? fmt::format("200, {}", sight.value) : Said(sight), sight);
  Fill(kItemRow, sight, sight.found() ? std::to_string(sight.value) : Said(sight));
  return sight;
}

Sight Visitor::PutFile(const Place& place, const std::string& name, const std::string& bytes) {
  Asked asked = Send(
      place, {"PUT", "/api/v1/files/" + name, bytes, {"Content-Type: application/octet-stream"}});
  Note(fmt::format("PUT file {}, {} bytes", name, bytes.size()), Said(asked.sight), asked.sight);
  return asked.sight;
}

Sight Visitor::SeeFile(const Place& place, const std::string& name, const std::string& bytes) {
  Asked asked = Send(place, {.path = "/api/v1/files/" + name});
  Sight& sight = asked.sight;
  if (sight.found() && asked.answer.body == bytes) {
    sight.value = static_cast<std::int64_t>(bytes.size());
  }
  Note("GET file " + name,
       sight.found() ? fmt::format("200, {} bytes", asked.answer.body.size()) : Said(sight), sight);
  Fill(kFileRow, sight,
       sight.found() ? fmt::format("{} bytes", asked.answer.body.size()) : Said(sight));
  return sight;
}

std::vector<std::string> Visitor::CookiesOf(const Place& place) {
  return Send(place, {.path = "/api/v1/sessions"}).sight.cookies;
}

std::string Visitor::NewItem() {
  return fmt::format("apples-{}", ++items_made_);
}

void Visitor::Forget() {
  session_.clear();
  seen_items_ = 0;
  known_ = false;
  lines_.clear();
  cells_.clear();
}

Client Visitor::DrawClient() const {
  Client client;
  client.title = "Ada";
  client.known = known_;
  if (session_.empty()) {
    client.headline = "Ada has not signed in yet.";
  } else if (known_) {
    client.headline = fmt::format("Ada, {} items in the cart", seen_items_);
  } else {
    client.headline = "Who are you? Please log in.";
  }
  client.lines = lines_;
  return client;
}

TablePanel Visitor::DrawKnowledge(const std::vector<std::string>& processes) const {
  TablePanel table;
  table.title = "What each process says, asked last";
  table.columns = {"asked for"};
  table.columns.insert(table.columns.end(), processes.begin(), processes.end());
  for (const std::string_view row : {kCartRow, kItemRow, kFileRow}) {
    std::vector<std::string> texts = {std::string(row)};
    std::vector<Mark> marks = {Mark::kNone};
    const auto cells = cells_.find(row);
    for (const std::string& process : processes) {
      Cell cell{"not asked", Mark::kFaint};
      if (cells != cells_.end() && cells->second.count(process) > 0) {
        cell = cells->second.at(process);
      }
      texts.push_back(cell.text);
      marks.push_back(cell.mark);
    }
    table.rows.push_back(std::move(texts));
    table.marks.push_back(std::move(marks));
  }
  return table;
}

}  // namespace twelve::processes
