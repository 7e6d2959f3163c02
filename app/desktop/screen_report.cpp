#include "app/desktop/screen_report.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

constexpr Duration kEvery = std::chrono::milliseconds(200);

}  // namespace

std::string DescribeScreen(const Registry& registry) {
  nlohmann::json screen = {{"items", nlohmann::json::object()},
                           {"values", nlohmann::json::object()}};
  for (const Registry::Item& item : registry.items()) {
    screen["items"][item.path] = {item.rect.Min.x, item.rect.Min.y, item.rect.GetWidth(),
                                  item.rect.GetHeight()};
  }
  for (const auto& [path, value] : registry.values()) screen["values"][path] = value;
  return screen.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void ScreenReport::Write(const Registry& registry) {
  if (path_.empty() || clock_.Now() - written_ < kEvery) return;
  written_ = clock_.Now();
  const std::string unfinished = path_ + ".tmp";
  std::ofstream(unfinished) << DescribeScreen(registry);
  std::error_code ignored;
  std::filesystem::rename(unfinished, path_, ignored);
}

}  // namespace twelve
