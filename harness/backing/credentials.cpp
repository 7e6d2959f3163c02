#include "harness/backing/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace twelve {
namespace {

bool HasControlCharacters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

std::string RandomPassword() {
  std::random_device device;  // 128 bits of getrandom(2)
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
}

std::string PercentEncoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return encoded;
}

}  // namespace

Result<Credentials> ChooseCredentials(const BackingOptions& options, std::string_view database) {
  Credentials chosen{options.user, options.password, options.database};
  if (chosen.user.empty()) return InvalidError("A backing service needs the name of a user.");
  if (chosen.password.empty()) chosen.password = RandomPassword();
  if (chosen.database.empty()) chosen.database = database;
  for (const std::string* text : {&chosen.user, &chosen.password, &chosen.database}) {
    if (HasControlCharacters(*text)) {
      return InvalidError(
          "User, password and database of a backing service may hold no control character; choose "
          "others.");
    }
  }
  return chosen;
}

std::string BackingUrlOf(std::string_view scheme, const Credentials& credentials,
                         std::uint16_t port) {
  return fmt::format("{}://{}:{}@127.0.0.1:{}/{}", scheme, PercentEncoded(credentials.user),
                     PercentEncoded(credentials.password), port,
                     PercentEncoded(credentials.database));
}

}  // namespace twelve
