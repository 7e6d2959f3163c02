#pragma once

#include <array>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace twelve {

/// The secret of one store: encrypts what must not lie open on the disk, and seals what nobody may
/// change. 32 random bytes in a file that only its owner may read.
///
/// Threads: any; does not change. Owns: the key, wiped when destroyed.
/// Errors:  Open fails with kDenied when what was sealed or encrypted under another key, or was
///          changed since; the message has no name of a file, the caller adds it.
class StoreKey {
 public:
  static constexpr std::size_t kBytes = 32;

  /// kNotFound when there is no such file; kDenied when others may read it; kInvalid when it holds
  /// no key.
  static Result<StoreKey> Load(const std::string& path);
  /// A new key in a new file of mode 0600. A file that is there is loaded instead.
  static Result<StoreKey> LoadOrCreate(const std::string& path);
  ~StoreKey();
  StoreKey(const StoreKey&) = default;
  StoreKey& operator=(const StoreKey&) = default;

  /// Base64 of nonce and box (XSalsa20 and Poly1305): another text each time.
  std::string Encrypt(std::string_view plain) const;
  Result<std::string> Decrypt(std::string_view box) const;
  /// Hex of an authentication code (HMAC-SHA-512-256).
  std::string Seal(std::string_view text) const;
  bool IsSealOf(std::string_view seal, std::string_view text) const;

 private:
  StoreKey() = default;
  std::array<unsigned char, kBytes> key_{};
};

}  // namespace twelve
