#include "tests/backing/write_load.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/backing/service_deploy.h"

namespace twelve {
namespace {

constexpr int kClientsOfEach = 2;
constexpr Duration kPace = std::chrono::milliseconds(20);  // from answer to next request
constexpr Duration kPatience = std::chrono::seconds(15);

std::string RequestFor(Write write, const std::string& text) {
  switch (write) {
    case Write::kSession:
      return JsonRequest("POST", "/api/v1/sessions",
                         fmt::format(R"({{"user_id":"{}","data":{{"text":"{}"}}}})", text, text));
    case Write::kItem:
      return JsonRequest("POST", "/api/v1/items",
                         fmt::format(R"({{"name":"{}","quantity":3}})", text));
    case Write::kJob:
      return JsonRequest(
          "POST", "/api/v1/jobs",
          fmt::format(R"({{"kind":"count","payload":{{"key":"proof"}},"idempotency_key":"{}"}})",
                      text));
  }
  return {};
}

}  // namespace

WriteLoad::WriteLoad(Rig& rig, std::uint16_t port) : rig_(rig), port_(port) {
  for (const Write write : {Write::kSession, Write::kItem, Write::kJob}) {
    for (int i = 0; i < kClientsOfEach; ++i) {
      clients_.push_back({});
      clients_.back().write = write;
    }
  }
  clients_.push_back({});
  clients_.back().probes = true;
}

bool WriteLoad::Idle() const {
  return std::all_of(clients_.begin(), clients_.end(),
                     [](const Client& client) { return client.connection == nullptr; });
}

void WriteLoad::Pump() {
  for (Client& client : clients_) {
    if (client.connection != nullptr) {
      Look(client);
    } else if (!finishing_ && rig_.clock().Now() >= client.next) {
      Begin(client);
    }
  }
}

void WriteLoad::Begin(Client& client) {
  auto connection = rig_.Connect(port_);
  if (!connection) return;
  if (client.text.empty()) client.text = fmt::format("write-{}", ++written_);
  (*connection)
      ->Send(client.probes ? JsonRequest("GET", "/ready", "")
                           : RequestFor(client.write, client.text));
  client.connection = std::move(connection).value();
  client.begun = rig_.clock().Now();
}

void WriteLoad::Look(Client& client) {
  const Connection::State state = client.connection->state();
  const bool open = state == Connection::State::kConnecting || state == Connection::State::kOpen;
  const HttpAnswer answer = ParseAnswer(client.connection->Received(), !open);
  const TimePoint now = rig_.clock().Now();
  if (!answer.complete && open && now < client.begun + kPatience) return;
  Take(client, answer);
  client.connection.reset();
  client.next = now + kPace;
}

void WriteLoad::Take(Client& client, const HttpAnswer& answer) {
  const int status = answer.complete ? answer.status : 0;
  if (client.probes) {
    probes_.push_back({client.begun, rig_.clock().Now(), status});
    return;
  }
  Counts& counts = counts_[static_cast<std::size_t>(client.write)];
  const bool acknowledged = status >= 200 && status < 300;
  ++(acknowledged ? counts.acknowledged : counts.refused);
  if (!acknowledged) {
    if (client.write != Write::kJob) client.text.clear();
    return;
  }
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  switch (client.write) {
    case Write::kSession:
      sessions_[body.value("session_id", "")] = client.text;
      break;
    case Write::kItem:
      items_.push_back(client.text);
      break;
    case Write::kJob:
      jobs_.push_back(client.text);
      break;
  }
  client.text.clear();
}

}  // namespace twelve
