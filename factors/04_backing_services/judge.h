#pragma once

#include <string>

#include "factors/lab/lab.h"

namespace twelve::backing_services {

// What was seen in each step. A `trouble` that is not empty says why the step came to nothing;
// `missing` why this machine cannot show it.

/// Status and time of one answer.
struct Answered {
  int status = 0;  // 0: none
  double ms = 0;
};

/// What was found with each pair of plugs. Both were stored with both plugs in A.
struct SwapFacts {
  std::string database_a, database_b, cache_a, cache_b;  // what they are called
  Answered item_on_b, session_beside;                    // the database in B, the cache in A
  Answered item_beside, session_on_b;                    // the other way round
  Answered item_back, session_back;                      // both in A again
  std::string trouble = {};
};

struct AbsentFacts {
  bool lived = false;    // it said so while its database refused
  Answered item, plain;  // a route that needs the database, and one that does not
  double back_ms = -1;   // from allowed again to the first good answer; -1: not in time
  double limit_ms = 0;
  std::string trouble = {}, missing = {};
};

struct SilenceFacts {
  int sent = 0, ended = 0;  // requests that need the database, and those that got an answer
  double slowest_ms = 0;    // of those that ended
  double limit_ms = 0;      // how long was waited
  Answered health, plain;   // meanwhile
  int slots_used = 0, slots = 0;
  std::string trouble = {}, missing = {};
};

struct FailoverFacts {
  double down_ms = 0;   // from the order to the database's first answer
  double back_ms = -1;  // from there to the first good answer of web; -1: not in time
  double limit_ms = 0;
  Answered last;
  std::string trouble = {}, missing = {};
};

struct EgressFacts {
  int port = 0;
  int connections = 0;
  std::string trouble = {};
};

// Pure: facts to sentence and verdict.
StepResult JudgeSwap(const SwapFacts& facts);
StepResult JudgeAbsent(const AbsentFacts& facts);
StepResult JudgeSilence(const SilenceFacts& facts);
StepResult JudgeFailover(const FailoverFacts& facts);
StepResult JudgeEgress(const EgressFacts& facts);

}  // namespace twelve::backing_services
