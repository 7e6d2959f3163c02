#include "factors/11_logs/parts/careless_metrics.h"

namespace twelve {

std::vector<HttpRoute> BreakMetrics(std::vector<HttpRoute> routes) {
  for (HttpRoute& route : routes) {
    if (route.pattern != "/metrics") continue;
    route.handler = [](const HttpRequest&) {
      return HttpResponse{200,
                          "http.requests.total{route=/} 17\n"
                          "uptime_seconds n/a\n"
                          "# TYPE uptime_seconds stopwatch\n",
                          "text/plain"};
    };
  }
  return routes;
}

}  // namespace twelve
