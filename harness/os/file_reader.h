#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// Reads whole files. Threads: any.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// kNotFound, kDenied, or kInvalid when it is larger than `max_bytes` or a directory.
  virtual Result<std::string> Read(const std::string& path, std::size_t max_bytes) const = 0;
  virtual bool Exists(const std::string& path) const = 0;
};

}  // namespace twelve
