#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/process/command.h"

namespace twelve {

/// Whether a variable's name or value looks like a secret: PASSWORD, PASSWD, SECRET, TOKEN, KEY or
/// CREDENTIAL in the name, or a URL that carries a user's name and password.
bool LooksSecret(std::string_view name, std::string_view value);

/// Replaces the secret values of a declared environment in any text, so that no report, log line
/// or evidence shows them.
///
/// A value of one or two characters is no secret and stays; one of up to five is replaced where it
/// stands as a word of its own, so that a short value does not shred the text.
///
/// Threads: any; does not change after construction.
class SecretMask {
 public:
  static constexpr std::string_view kMasked = "[masked]";

  explicit SecretMask(const Environment& environment);
  std::string Apply(std::string_view text) const;

 private:
  std::vector<std::string> values_;  // longest first: one may contain another
};

}  // namespace twelve
