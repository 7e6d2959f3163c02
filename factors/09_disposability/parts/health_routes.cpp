#include "factors/09_disposability/parts/health_routes.h"

namespace twelve {

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
         if (!check_resources()) {
           return HttpResponse{503, R"({"status":"waiting for the session store"})"};
         }
         return HttpResponse{200, R"({"status":"ready"})"};
       },
       {.summary = "Should it get new work?", .statuses = {200, 503}}},
  };
}

}  // namespace twelve
