#include "factors/10_dev_prod_parity/steps.h"

namespace twelve::parity {
namespace {

const std::vector<LabStep>& Rows() {
  static const std::vector<LabStep> kRows = {
      {"environments",
       "Compare what is declared",
       "dev, staging and production are declared as data. How may they differ?",
       {"In nothing", "In size and release", "In whatever is cheaper"},
       1,
       "Compare the declarations",
       "compared the declared environments field by field",
       "Sizes follow load, and a release moves through the environments one after the other. Kinds "
       "and versions are the same everywhere, and a machine can check it because they are data.",
       "Something differs that decides how the program behaves."},
      {"same-search",
       "Search in both environments",
       "dev and production each get an item \"Apple\". Both are asked for \"apple\". What differs?",
       {"Nothing", "dev finds it, production does not", "production is faster"},
       0,
       "Search in both",
       "searched for \"apple\" in dev and in production",
       "Both are attached to databases of one kind, so both give the same answer. Whatever it is, "
       "a test in dev has seen it.",
       "One search, two answers, no error. A test that passes in dev proves nothing about "
       "production."},
      {"other-kind",
       "Search on SQLite",
       "The same program, the same item, the same search, on SQLite. What does it answer?",
       {"The same", "It finds \"Apple\"", "An error"},
       1,
       "Search on SQLite",
       "searched for \"apple\" on SQLite and on PostgreSQL",
       "LIKE ignores the case of letters in SQLite and respects it in PostgreSQL. No error, no "
       "warning: the feature works on the laptop and is missing in production.",
       "The two kinds could not be compared."},
      {"rollout",
       "Open a feature to 25 percent",
       "A flag is on for 25 percent of users in one deploy and for 50 percent in the other. Can a "
       "user have it at 25 percent and lose it at 50?",
       {"Yes, the parts are drawn anew", "No"},
       1,
       "Ask for a hundred users",
       "asked for the flags of a hundred users, twice, at 25 and at 50 percent",
       "Who is in follows from the names of flag and user alone. Each user sees the same at every "
       "request, and nobody loses the feature as it opens. Unfinished code can run everywhere, "
       "switched off, instead of waiting on a branch.",
       "Users fall in and out of the feature."},
      {"server",
       "Read how both start",
       "Does dev use another web server than production?",
       {"Yes, one made for development", "No, the same"},
       1,
       "Read the logs of both",
       "read what dev and production print when they start",
       "One server everywhere: its limits, time-outs and headers are those that users will meet.",
       "A development server reloads code, shows errors to visitors and serves one request at a "
       "time. What was tested on it was not tested."},
  };
  return kRows;
}

}  // namespace

std::span<const LabStep> Steps() {
  return Rows();
}

}  // namespace twelve::parity
