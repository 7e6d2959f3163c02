#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace twelve {

/// SHA-256 of bytes that come piece by piece.
///
/// Threads: one at a time. Owns: its state. Errors: none.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Add(std::string_view bytes);
  /// 64 lower-case hex digits of all that was added. REQUIRES: called once, last.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(std::string_view bytes);
/// Of a whole file. kNotFound, kDenied, kSystem.
Result<std::string> Sha256OfFile(const std::string& path);

}  // namespace twelve
