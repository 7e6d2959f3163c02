#include "harness/release/store_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "harness/base/unique_fd.h"
#include "harness/release/durable_file.h"

namespace twelve {
namespace {

constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Hex(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

Error WrongKey() {
  return {ErrorCode::kDenied, "it was encrypted under another key, or was changed since", {}, 0};
}

}  // namespace

StoreKey::~StoreKey() {
  sodium_memzero(key_.data(), key_.size());
}

Result<StoreKey> StoreKey::Load(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) {
    return SystemError("cannot read the key file " + path, "stat", errno);
  }
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((found.st_mode & kOthers) != 0) {
    return Error{ErrorCode::kDenied,
                 "others may read the key file " + path + "; say chmod 600 " + path,
                 {},
                 0};
  }
  auto text = ReadFile(path, 4096);
  if (!text) return text.error();
  StoreKey key;
  std::size_t size = 0;
  if (sodium_hex2bin(key.key_.data(), key.key_.size(), text->data(), text->size(), "\n", &size,
                     nullptr) != 0 ||
      size != kBytes) {
    return InvalidError(path +
                        " holds no key of 64 hex digits; name the right file with --key-file");
  }
  return key;
}

Result<StoreKey> StoreKey::LoadOrCreate(const std::string& path) {
  if (std::filesystem::exists(path)) return Load(path);
  if (sodium_init() < 0) return Error{ErrorCode::kSystem, "libsodium cannot start", {}, 0};
  std::array<unsigned char, kBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  const std::string directory = std::filesystem::path(path).parent_path();
  const Status written =
      PublishNew(directory, path, Hex(bytes.data(), bytes.size()) + "\n", kPrivateFile);
  sodium_memzero(bytes.data(), bytes.size());
  // Another program may have made it a moment ago: then that one counts.
  if (!written && written.error().code != ErrorCode::kBusy) return written.error();
  return Load(path);
}

std::string StoreKey::Encrypt(std::string_view plain) const {
  if (sodium_init() < 0) return {};
  std::vector<unsigned char> box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
                                 plain.size());
  randombytes_buf(box.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, Bytes(plain), plain.size(),
                        box.data(), key_.data());
  std::string text(sodium_base64_encoded_len(box.size(), kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), box.data(), box.size(), kBase64);
  text.pop_back();
  return text;
}

Result<std::string> StoreKey::Decrypt(std::string_view box) const {
  std::vector<unsigned char> bytes(box.size());
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), box.data(), box.size(), nullptr, &size, nullptr,
                        kBase64) != 0 ||
      size < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES) {
    return WrongKey();
  }
  std::string plain(size - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(plain.data()),
                                 bytes.data() + crypto_secretbox_NONCEBYTES,
                                 size - crypto_secretbox_NONCEBYTES, bytes.data(),
                                 key_.data()) != 0) {
    return WrongKey();
  }
  return plain;
}

std::string StoreKey::Seal(std::string_view text) const {
  std::array<unsigned char, crypto_auth_BYTES> code{};
  crypto_auth(code.data(), Bytes(text), text.size(), key_.data());
  return Hex(code.data(), code.size());
}

bool StoreKey::IsSealOf(std::string_view seal, std::string_view text) const {
  const std::string right = Seal(text);
  return seal.size() == right.size() && sodium_memcmp(seal.data(), right.data(), right.size()) == 0;
}

}  // namespace twelve
