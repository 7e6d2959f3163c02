#pragma once

#include <string>
#include <string_view>

#include "harness/backing/backing_instance.h"
#include "harness/base/result.h"

namespace twelve {

/// Who may use an instance, and what of it.
struct Credentials {
  std::string user;
  std::string password;
  std::string database;
};

/// Those of the options, with a random password where there is none. kInvalid for control
/// characters, which neither a URL nor a configuration file carries well.
Result<Credentials> ChooseCredentials(const BackingOptions& options, std::string_view database);

/// "postgres://USER:PASSWORD@127.0.0.1:PORT/DATABASE" with everything percent-encoded that RFC 3986
/// does not call unreserved.
std::string BackingUrlOf(std::string_view scheme, const Credentials& credentials,
                         std::uint16_t port);

}  // namespace twelve
