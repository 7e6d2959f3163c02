#include "factors/09_disposability/parts/health_routes.h"

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

HttpResponse NotReady(const std::string& why) {
  const nlohmann::ordered_json json = {{"status", "not ready"}, {"why", why}};
  return {503, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace

std::vector<HttpRoute> HealthRoutes(const DrainState& drain,
                                    std::function<Status()> check_resources) {
  return {
      {"GET",
       "/health",
       [](const HttpRequest&) {
         return HttpResponse{200, R"({"status":"healthy"})"};
       },
       {.summary = "Is the process alive?"}},
      {"GET",
       "/ready",
       [&drain, check_resources = std::move(check_resources)](const HttpRequest&) {
         if (drain.draining()) return HttpResponse{503, R"({"status":"draining"})"};
         if (const Status status = check_resources(); !status) {
           return NotReady(status.error().message);
         }
         return HttpResponse{200, R"({"status":"ready"})"};
       },
       {.summary = "Should it get new work?", .statuses = {200, 503}}},
  };
}

}  // namespace twelve
