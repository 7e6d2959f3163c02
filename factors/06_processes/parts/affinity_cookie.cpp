#include "factors/06_processes/parts/affinity_cookie.h"

#include <unistd.h>

namespace twelve {

std::vector<HttpRoute> AskForAffinity(std::vector<HttpRoute> routes) {
  for (HttpRoute& route : routes) {
    if (!route.pattern.starts_with("/api/v1/sessions")) continue;
    route.handler = [inner = std::move(route.handler)](const HttpRequest& request) {
      HttpResponse response = inner(request);
      response.headers.emplace_back("Set-Cookie",
                                    "SERVERID=" + std::to_string(::getpid()) + "; Path=/");
      return response;
    };
  }
  return routes;
}

}  // namespace twelve
