#include "factors/09_disposability/parts/early_routes.h"

namespace twelve {

std::vector<HttpRoute> ReadyTooEarly(std::vector<HttpRoute> routes, const Clock& clock) {
  constexpr std::chrono::seconds kStillToBeMade(3);
  for (HttpRoute& route : routes) {
    if (route.pattern == "/health" || route.pattern == "/ready") continue;
    route.handler = [until = clock.Now() + kStillToBeMade, &clock,
                     handler = std::move(route.handler)](const HttpRequest& request) {
      if (clock.Now() < until) return HttpResponse{503, R"({"error":"still starting"})"};
      return handler(request);
    };
  }
  return routes;
}

}  // namespace twelve
