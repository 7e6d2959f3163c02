#pragma once

#include <string>

#include "harness/base/result.h"

namespace twelve {

/// What an ObjectStorage takes for a name: 1 to 200 bytes of letters, digits, '.', '_' and '-',
/// the first of them no '.'. Such a name means the same as a file, in a URL and in a list.
bool IsStoredName(const std::string& name);

/// Errors: kInvalid, for a person.
Status CheckStoredName(const std::string& name);

}  // namespace twelve
