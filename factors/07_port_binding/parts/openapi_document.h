#pragma once

#include <string>
#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// What the document says of the service as a whole.
struct ApiTitle {
  std::string name;
  std::string version;
};

/// The OpenAPI 3.0 document of these routes. It is made of the table that the server looks routes
/// up in, so a path cannot be served and left out, or left out and served.
std::string OpenApiDocument(const ApiTitle& title, const std::vector<HttpRoute>& routes);

/// `routes`, and GET /openapi.json, which describes them and itself.
std::vector<HttpRoute> WithOpenApi(const ApiTitle& title, std::vector<HttpRoute> routes);

}  // namespace twelve
