#include "harness/release/iso_time.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace twelve {

std::string IsoTime(WallTime wall) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wall);
  return fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

}  // namespace twelve
