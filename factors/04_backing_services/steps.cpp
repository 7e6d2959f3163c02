#include "factors/04_backing_services/steps.h"

namespace twelve::backing_services {
namespace {

const std::vector<LabStep>& Rows() {
  static const std::vector<LabStep> kRows = {
      {"swap",
       "Move the plugs",
       "An item is stored in database A, a session in cache A. Only DATABASE_URL is changed to B. "
       "What does the service find?",
       {"Item and session", "The session only", "Nothing"},
       1,
       "Plug into B, and back",
       "database and cache were moved to B one by one, and back",
       "A value of the environment and a restart: that was the whole swap. Each resource has its "
       "own plug, and what is in A is there again when the plug is back.",
       "The plug was moved and the wire was not. Some part of the code knows better than the URL "
       "where its data is."},
      {"absent",
       "Start without the database",
       "The database refuses connections while the service starts. What does the service do?",
       {"It ends", "It serves what it can, and connects later", "It hangs"},
       1,
       "Refuse, start, allow",
       "web was started while its database refused connections, which were allowed again",
       "Refused is the friendly failure: an error in milliseconds. The process lives, says so, and "
       "tries again until the database is there.",
       "The order in which things start is nobody's promise. A service that needs one more restart "
       "after its database came back turns a short outage into a long one."},
      {"black-hole",
       "A database that never answers",
       "The path to the database takes connections and answers nothing. Eight requests need it. "
       "When do they end?",
       {"At once", "After the limit that the service set", "When the database is back"},
       1,
       "Silence the path",
       "the path to the database was silenced with eight requests under way",
       "Silence is worse than refusal: only a limit ends it. The requests failed at the limit, and "
       "what needs no database was answered all the time.",
       "Somebody waits without a limit, or asks the database where only the process was meant. One "
       "silent backing service then takes down what did not need it."},
      {"failover",
       "The database is restarted",
       "All connections of the pool die at once, as in a failover. When is the first good answer?",
       {"Soon after the database is back", "After a restart of the service", "Never"},
       0,
       "Restart the database",
       "the database was restarted, and web was asked until it answered well",
       "The pool noticed that its connections were dead and opened others. Nobody restarted the "
       "service.",
       "The database is back and the service still uses a connection to the one that is gone."},
      {"egress",
       "Whom does it call?",
       "web starts. Its environment names its backing services. Does it connect to anybody else?",
       {"To nobody", "To an agent on this machine", "To its vendor"},
       0,
       "Listen while it starts",
       "somebody listened on port 4317, which no variable names, while web started",
       "All that it talks to is named in its environment. So an operator can move, block or count "
       "each of them.",
       "An address in the code is a backing service that no operator knows of. Behind a firewall "
       "it costs a time-out at each start."},
  };
  return kRows;
}

}  // namespace

std::span<const LabStep> Steps() {
  return Rows();
}

}  // namespace twelve::backing_services
