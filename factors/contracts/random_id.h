#pragma once

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <string>

namespace twelve {

/// `Bytes` random bytes from the kernel, as lower-case hexadecimal. Threads: any.
template <std::size_t Bytes>
std::string RandomHex() {
  static_assert(Bytes <= 256, "getrandom gives up to 256 bytes whole");
  std::array<unsigned char, Bytes> bytes;
  while (::getrandom(bytes.data(), Bytes, 0) != static_cast<ssize_t>(Bytes)) {
  }
  std::string hex;
  hex.reserve(2 * Bytes);
  for (const unsigned char byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace twelve
