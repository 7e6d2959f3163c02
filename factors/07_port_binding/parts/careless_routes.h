#pragma once

#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// Violations that change what is behind the paths. Each takes the table of the service and gives
/// another one back.

/// "debug-page" of many frameworks, here "stacktrace-500": every answer from 500 on shows what the
/// process knows, its environment with all secrets included.
std::vector<HttpRoute> ShowInternals(std::vector<HttpRoute> routes);

/// "serves-dotenv": takes the directory that it runs in for a directory of public files. GET /.env
/// is the configuration.
std::vector<HttpRoute> ServeWorkingDirectory(std::vector<HttpRoute> routes);

/// "no-health": nobody can ask whether it lives or wants work.
std::vector<HttpRoute> DropHealth(std::vector<HttpRoute> routes);

/// "openapi-drift": has lost a path, GET /version, that its document still promises.
std::vector<HttpRoute> DropDocumented(std::vector<HttpRoute> routes);

}  // namespace twelve
