#pragma once

#include <functional>
#include <string>

#include "factors/contracts/database.h"
#include "harness/base/clock.h"

namespace twelve {

/// How patient and how greedy the service is with what it is attached to. A wait without a limit
/// hands the trouble of one backing service on to every request.
struct AttachOptions {
  std::string application_name = "twelve-service";  // what the server shows of us
  int pool_least = 5;                               // connections, as in the seed
  int pool_most = 20;
  Duration pool_wait = std::chrono::seconds(2);          // for a free connection
  Duration connect_timeout = std::chrono::seconds(2);    // for a new one
  Duration statement_timeout = std::chrono::seconds(5);  // for an answer
  /// Makes the schema of an embedded database when it has been opened. Nobody else would: there is
  /// no operator between a file and its first use. A server's schema is made by `admin migrate`.
  std::function<Status(Database&)> prepare_embedded = nullptr;
};

/// The parts' own name for it. harness/backing has a struct of this name: a program may link both,
/// a source file includes one of them.
using BackingOptions = AttachOptions;

}  // namespace twelve
