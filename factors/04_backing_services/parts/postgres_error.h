#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace twelve {

/// What an SQLSTATE means to somebody who called a Database.
ErrorCode CodeOfSqlState(std::string_view state);

/// libpq has no SQLSTATE for a connection that did not come about, only the server's words.
ErrorCode CodeOfConnectFailure(std::string_view said);

/// libpq adds hints on further lines, which are for a person at a terminal.
std::string FirstLineOf(std::string_view message);

}  // namespace twelve
