#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/os/process_table.h"

namespace twelve {

/// Listening sockets as the facts of an observation keep them.
nlohmann::json ToJson(const std::vector<ListeningSocket>& listeners);
std::vector<ListeningSocket> ListenersFrom(const nlohmann::json& json);

bool ListensOn(const std::vector<ListeningSocket>& listeners, std::uint16_t port);

/// "127.0.0.1:8000, 0.0.0.0:9000"; "nowhere" when there is none.
std::string Places(const std::vector<ListeningSocket>& listeners);

}  // namespace twelve
