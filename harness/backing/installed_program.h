#pragma once

#include <string>

namespace twelve {

/// The path of `name` in this program's PATH or, because services hide from ordinary users' PATH,
/// in the usual sbin directories. Empty when it is in none.
std::string FindProgram(const std::string& name);

/// The directory with the programs of the newest PostgreSQL on this machine; Debian keeps them out
/// of PATH. Empty when there is none.
std::string FindPostgresPrograms();

}  // namespace twelve
