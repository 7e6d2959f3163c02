#include "app/desktop/image.h"

#include <stb_image.h>
#include <stb_image_write.h>

namespace twelve {

Status WritePng(const std::string& path, const Image& image) {
  if (stbi_write_png(path.c_str(), image.width, image.height, 3, image.rgb.data(),
                     image.width * 3) == 0) {
    return Error{ErrorCode::kSystem, "The picture " + path + " cannot be written.",
                 "stbi_write_png", 0};
  }
  return {};
}

Result<Image> ReadPng(const std::string& path) {
  Image image;
  int channels = 0;
  stbi_uc* pixels = stbi_load(path.c_str(), &image.width, &image.height, &channels, 3);
  if (pixels == nullptr) {
    return Error{ErrorCode::kNotFound, "The picture " + path + " cannot be read.", "stbi_load", 0};
  }
  image.rgb.assign(pixels, pixels + static_cast<std::size_t>(image.width) *
                                        static_cast<std::size_t>(image.height) * 3);
  stbi_image_free(pixels);
  return image;
}

}  // namespace twelve
