#include "factors/04_backing_services/parts/careless_health.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "harness/base/unique_fd.h"

namespace twelve {
namespace {

HttpRoute* FindGet(std::vector<HttpRoute>& routes, const std::string& pattern) {
  const auto found = std::find_if(routes.begin(), routes.end(), [&](const HttpRoute& route) {
    return route.method == "GET" && route.pattern == pattern;
  });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace

std::vector<HttpRoute> AskDatabaseForHealth(std::vector<HttpRoute> routes) {
  HttpRoute* const health = FindGet(routes, "/health");
  const HttpRoute* const items = FindGet(routes, "/api/v1/items");
  if (health == nullptr || items == nullptr) return routes;
  health->handler = [alive = health->handler, list = items->handler](const HttpRequest& request) {
    HttpRequest one;
    one.method = "GET";
    one.query["limit"] = "1";
    HttpResponse listed = list(one);
    return listed.status == 200 ? alive(request) : listed;
  };
  return routes;
}

Status PhoneHomeBoot::Run(TerminationHandling& /*termination*/) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in home = {};
  home.sin_family = AF_INET;
  home.sin_port = htons(kPort);
  home.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Whether anybody is at home makes no difference to the service.
  static_cast<void>(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&home), sizeof home));
  return {};
}

}  // namespace twelve
