#include "factors/03_config/steps.h"

namespace twelve::config {
namespace {

// In this order: what is asked, what is done, what it teaches.
const std::vector<LabStep>& Rows() {
  static const std::vector<LabStep> kRows = {
      {"two-deploys",
       "One build, two environments",
       "staging and production run. How many programs were built for them?",
       {"One", "Two, one for each", "Two, from one source"},
       0,
       "Compare both processes",
       "compared the program files and the config in force of staging and production",
       "Both processes run the same file, byte for byte. All that differs came from their "
       "environments, so what was tested in staging is what runs in production.",
       "The build is not what differs, or a process does not do what its environment says. What "
       "was tested in staging is then not what runs in production."},
      {"release",
       "Change one variable",
       "LOG_LEVEL of staging is changed. When does the running process see it?",
       {"At once", "Never; a new release does", "After a build"},
       1,
       "Change LOG_LEVEL of staging",
       "changed LOG_LEVEL of staging and released it",
       "A process gets its environment when it starts. The change became a release with a number "
       "of its own: the same program, another config, nothing built. The number is what you go "
       "back to.",
       "The change did not arrive, or more changed than one variable of one deploy."},
      {"files",
       "Leave files beside it",
       "config.yml, .env and config.development.json lie in the directory of the process and set "
       "other values than its environment. Who wins?",
       {"The files", "The environment", "The file named after APP_ENV"},
       1,
       "Start among three files",
       "started the service in a directory with three config files",
       "Not one value of the files is in force. Nobody has to know what lies on the disk to say "
       "how this process is configured: GET /config shows each value and where it came from.",
       "Somebody set a variable and the process does something else, because of a file or of the "
       "name of the deploy. On the next machine the file is not there."},
      {"missing",
       "Forget a variable",
       "The deploy requires API_KEY and does not set it. In a second try GRACE_MS and DB_POOL_MAX "
       "are no numbers either. When do you learn of all three?",
       {"One after the other, in three tries", "At once, before it listens",
        "At the first request that needs them"},
       1,
       "Start with a wrong environment",
       "started the service without API_KEY, and with three wrong variables",
       "Both processes ended with exit 78 before they listened. The message names everything that "
       "is wrong, so one look mends it, and the old release still serves.",
       "A deploy that starts with a wrong config looks healthy. The first to notice is a customer, "
       "or somebody who guesses the default key. An error without a name costs an hour."},
      {"canary",
       "Follow a secret",
       "API_KEY holds a canary, a random value that exists nowhere else. Where does it turn up?",
       {"Only in the environment of the process", "In its environment and its log",
        "In its environment and its answers"},
       0,
       "Look everywhere for the canary",
       "looked for the canary in memory, command line, log, answers, files and the program",
       "The canary is where config belongs, in /proc/PID/environ, which only the same user and "
       "root may read. The program file does not hold it: this code could be published today.",
       "The map shows who can see the key. Each of these places is copied: logs go to other "
       "companies, files to backups, answers to anybody who asks. The key has to be replaced."},
      {"wire",
       "Cut the wire to the database",
       "The database goes away. The service must say so in its log. What will the log say of the "
       "password?",
       {"Nothing", "All of it", "A mask, ***"},
       0,
       "Cut the wire",
       "cut the wire between the service and its database",
       "The log says which database cannot be reached, at which address, and nothing of who asks. "
       "The service stays up, says \"not ready\", and comes back with the database.",
       "Errors are printed on the worst day, by code that nobody reads on a good one. The password "
       "now stands in the log, in every copy of the log, or in an answer."},
  };
  return kRows;
}

}  // namespace

std::span<const LabStep> Steps() {
  return Rows();
}

}  // namespace twelve::config
