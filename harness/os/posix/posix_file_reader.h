#pragma once

#include <string>

#include "harness/os/file_reader.h"

namespace twelve {

/// FileReader over the real file system.
class PosixFileReader final : public FileReader {
 public:
  Result<std::string> Read(const std::string& path, std::size_t max_bytes) const override;
  bool Exists(const std::string& path) const override;
};

}  // namespace twelve
