#pragma once

#include <vector>

#include "factors/contracts/http.h"

namespace twelve {

/// Violation of factor VI, "upload-to-disk": files go into ./uploads beside the process, whatever
/// STORAGE_URL says. The process that took a file can give it back; another one cannot, and neither
/// can the next one in its place, whose directory is a new one.
std::vector<HttpRoute> KeepUploadsOnDisk(std::vector<HttpRoute> routes);

}  // namespace twelve
