#include "factors/07_port_binding/checks/listener_facts.h"

#include <fmt/format.h>

#include <algorithm>

namespace twelve {

nlohmann::json ToJson(const std::vector<ListeningSocket>& listeners) {
  nlohmann::json list = nlohmann::json::array();
  for (const ListeningSocket& socket : listeners) {
    list.push_back({{"address", socket.address}, {"port", socket.port}, {"pid", socket.pid}});
  }
  return list;
}

std::vector<ListeningSocket> ListenersFrom(const nlohmann::json& json) {
  std::vector<ListeningSocket> listeners;
  for (const nlohmann::json& entry : json) {
    ListeningSocket socket;
    socket.address = entry.value("address", "");
    socket.port = entry.value("port", std::uint16_t{0});
    socket.pid = entry.value("pid", 0);
    listeners.push_back(std::move(socket));
  }
  return listeners;
}

bool ListensOn(const std::vector<ListeningSocket>& listeners, std::uint16_t port) {
  return std::any_of(listeners.begin(), listeners.end(),
                     [port](const ListeningSocket& socket) { return socket.port == port; });
}

std::string Places(const std::vector<ListeningSocket>& listeners) {
  std::vector<std::string> places;
  for (const ListeningSocket& socket : listeners) {
    const bool v6 = socket.address.find(':') != std::string::npos;
    const std::string place = v6 ? fmt::format("[{}]:{}", socket.address, socket.port)
                                 : fmt::format("{}:{}", socket.address, socket.port);
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  return places.empty() ? "nowhere" : fmt::format("{}", fmt::join(places, ", "));
}

}  // namespace twelve
