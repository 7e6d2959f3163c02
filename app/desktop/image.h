#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// Pixels of a screen: RGB, rows from the top.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
};

Status WritePng(const std::string& path, const Image& image);
Result<Image> ReadPng(const std::string& path);

}  // namespace twelve
