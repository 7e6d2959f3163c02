#pragma once

#include <vector>

#include "factors/contracts/http.h"
#include "factors/contracts/item_store.h"

namespace twelve {

/// POST   /api/v1/items {"name": "Apple", "quantity": 3}   201 with the item and an id for it
/// GET    /api/v1/items?search=app&limit=100               the newest first
/// GET    /api/v1/items/{id}
/// PUT    /api/v1/items/{id} {"name": …, "quantity": …}    makes or replaces it: safe to repeat
/// DELETE /api/v1/items/{id}
/// A store that does not answer is 503: the request may work on another try.
/// The store must outlive the routes.
std::vector<HttpRoute> ItemRoutes(ItemStore& store);

}  // namespace twelve
