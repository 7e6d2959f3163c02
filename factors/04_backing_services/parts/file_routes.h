#pragma once

#include <vector>

#include "factors/contracts/http.h"
#include "factors/contracts/object_storage.h"

namespace twelve {

/// PUT | GET | DELETE /api/v1/files/{name}   one file: the body as it is, with its Content-Type
/// GET /api/v1/files                         the first 1000 names, in order
/// A storage that does not answer is 503, and so is `storage` = null: none is attached. It must
/// outlive the routes.
std::vector<HttpRoute> FileRoutes(ObjectStorage* storage);

}  // namespace twelve
