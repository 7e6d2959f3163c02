#include "factors/07_port_binding/parts/careless_port_values.h"

#include <cstdint>
#include <cstdlib>

namespace twelve {

void TakePortLikeAtoi(PortEnvironment& environment) {
  const auto port = environment.find("PORT");
  if (port == environment.end()) return;
  const long number = std::strtol(port->second.c_str(), nullptr, 10);
  port->second = std::to_string(static_cast<std::uint16_t>(number));
}

void TakeAnyPortByDefault(PortEnvironment& environment) {
  environment.emplace("PORT", "0");
}

}  // namespace twelve
