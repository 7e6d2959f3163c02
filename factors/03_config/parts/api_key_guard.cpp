#include "factors/03_config/parts/api_key_guard.h"

#include <cstdlib>
#include <optional>

namespace twelve {
namespace {

constexpr std::string_view kScheme = "Bearer ";

/// Takes as long for a wrong key as for the right one, so that time tells nothing about it.
bool SameSecret(std::string_view given, std::string_view right) {
  unsigned difference = given.size() == right.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned char>(given[i]) ^
                  static_cast<unsigned char>(right[right.empty() ? 0 : i % right.size()]);
  }
  return difference == 0;
}

HttpResponse Unauthorized() {
  return {401,
          R"({"error":"this API needs a key: send \"Authorization: Bearer KEY\""})",
          "application/json",
          {{"WWW-Authenticate", "Bearer"}}};
}

bool BringsKey(const HttpRequest& request, std::string_view key) {
  const std::string_view given = request.headers.Get("Authorization");
  return given.starts_with(kScheme) && SameSecret(given.substr(kScheme.size()), key);
}

/// `answer` decides about each request to the API: an answer instead of the handler's, or none.
std::vector<HttpRoute> Wrapped(
    std::vector<HttpRoute> routes,
    const std::function<std::optional<HttpResponse>(const HttpRequest&)>& answer) {
  for (HttpRoute& route : routes) {
    if (!route.pattern.starts_with("/api/")) continue;
    route.description.statuses.push_back(401);
    route.handler = [handler = std::move(route.handler), answer](const HttpRequest& request) {
      std::optional<HttpResponse> instead = answer(request);
      return instead ? *std::move(instead) : handler(request);
    };
  }
  return routes;
}

}  // namespace

std::vector<HttpRoute> ConfiguredApiKeyGuard::Guard(std::vector<HttpRoute> routes,
                                                    const Settings& settings) const {
  const std::string& key = settings.Text("API_KEY");
  if (key.empty()) return routes;
  return Wrapped(std::move(routes), [key](const HttpRequest& request) {
    return BringsKey(request, key) ? std::nullopt : std::optional(Unauthorized());
  });
}

std::vector<HttpRoute> LazyApiKeyGuard::Guard(std::vector<HttpRoute> routes,
                                              const Settings& /*settings*/) const {
  return Wrapped(std::move(routes), [](const HttpRequest& request) -> std::optional<HttpResponse> {
    const char* key = std::getenv("API_KEY");
    if (key == nullptr || *key == '\0') {
      return HttpResponse{500, R"({"error":"internal server error"})"};
    }
    return BringsKey(request, key) ? std::nullopt : std::optional(Unauthorized());
  });
}

}  // namespace twelve
