#pragma once

#include <string>
#include <vector>

#include "factors/10_dev_prod_parity/parity.h"
#include "factors/lab/lab.h"

namespace twelve::parity {

/// One search of one process for a name whose first letter it has in the other case.
struct SearchFacts {
  std::string name;     // "dev.1"
  std::string kind;     // of the database it has: "postgres", "sqlite"
  int status = 0;       // of the answer
  int found = -1;       // items; -1: no answer that could be read
  std::string trouble;  // why nothing could be measured
};

// Pure: facts to sentence and verdict.
StepResult JudgeEnvironments(const ParityReport& report);
StepResult JudgeSameSearch(const SearchFacts& dev, const SearchFacts& production);
/// `installed`: there is a PostgreSQL to compare with.
StepResult JudgeOtherKind(const SearchFacts& sqlite, const SearchFacts& other, bool installed);

struct RolloutFacts {
  int users = 0;
  int at_25 = 0, at_50 = 0;  // users who have it
  int lost = 0;              // have it at 25 percent and not at 50
  int changed = 0;           // got another answer when asked again
  std::string trouble;
};
StepResult JudgeRollout(const RolloutFacts& facts);

/// Lines of "dev.1: text" that tell of a server for development.
StepResult JudgeServer(int lines, const std::vector<std::string>& telling);

}  // namespace twelve::parity
