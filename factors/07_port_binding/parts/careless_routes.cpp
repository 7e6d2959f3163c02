#include "factors/07_port_binding/parts/careless_routes.h"

#include <unistd.h>

#include <exception>
#include <fstream>
#include <sstream>

namespace twelve {
namespace {

std::string Page(const std::string& what) {
  std::string text = "Internal error: " + what + "\n\nEnvironment:\n";
  for (char** entry = environ; *entry != nullptr; ++entry) text.append(*entry).append("\n");
  return text;
}

HttpResponse ShowFailure(const HttpHandler& handler, const HttpRequest& request) {
  try {
    HttpResponse response = handler(request);
    if (response.status < 500) return response;
    return {response.status, Page(response.body), "text/plain"};
  } catch (const std::exception& exception) {
    return {500, Page(exception.what()), "text/plain"};
  }
}

HttpResponse ServeFile(const HttpRequest& request) {
  const std::ifstream file(request.captures[0]);
  std::stringstream content;
  if (file.good()) content << file.rdbuf();
  if (content.str().empty()) return {404};
  return {200, content.str(), "text/plain"};
}

}  // namespace

std::vector<HttpRoute> ShowInternals(std::vector<HttpRoute> routes) {
  for (HttpRoute& route : routes) {
    route.handler = [inner = std::move(route.handler)](const HttpRequest& request) {
      return ShowFailure(inner, request);
    };
  }
  return routes;
}

std::vector<HttpRoute> ServeWorkingDirectory(std::vector<HttpRoute> routes) {
  routes.push_back({"GET", "/{file}", ServeFile});
  return routes;
}

std::vector<HttpRoute> DropHealth(std::vector<HttpRoute> routes) {
  std::erase_if(routes, [](const HttpRoute& route) {
    return route.pattern == "/health" || route.pattern == "/ready";
  });
  return routes;
}

std::vector<HttpRoute> DropDocumented(std::vector<HttpRoute> routes) {
  std::erase_if(routes, [](const HttpRoute& route) { return route.pattern == "/version"; });
  return routes;
}

}  // namespace twelve
