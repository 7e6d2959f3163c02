#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "factors/lab/lab.h"

namespace twelve::config {

/// What one process says of itself.
struct DeployFacts {
  std::string name;         // "staging.1"
  std::string release;      // of GET /version
  std::string fingerprint;  // of the program file that runs
  int variables = 0;        // that its environment sets and GET /config shows
  std::vector<std::string> wrong;
  std::string trouble;  // why nothing could be measured
};

/// Compares GET /config with the environment that a process was given: a line for each variable
/// that is not in force as given, or is set although nobody set it. `compared` counts those given.
std::vector<std::string> FindDisagreements(const Environment& given, std::string_view config_json,
                                           int& compared);
/// The value of one variable in GET /config; empty when it is not there.
std::string ValueInForce(std::string_view config_json, const std::string& name);

// Pure: facts to sentence and verdict.
StepResult JudgeTwoDeploys(const DeployFacts& one, const DeployFacts& other, int differing);

struct ReleaseFacts {
  std::string variable, old_value, new_value;
  std::string seen_before, seen_after;  // by the process, before and after the release
  DeployFacts before, after;
  bool other_untouched = false;  // the other deploy's process is the same and has the same config
};
StepResult JudgeRelease(const ReleaseFacts& facts);

StepResult JudgeFiles(int files, const DeployFacts& facts);

/// One start with something wrong in the environment.
struct StartFacts {
  std::vector<std::string> wrong;  // names of the variables
  std::optional<int> exit;         // none: it did not end
  std::vector<std::string> named;  // those of `wrong` that what it printed names
  bool served = false;
  int with_default_key = 0;  // status of a request with the key "changeme", when it served
};
StepResult JudgeMissing(const std::vector<StartFacts>& starts);

/// One place where a secret may be seen, and what was found there.
struct Look {
  std::string place;      // "log"
  std::string who;        // who can look there
  std::string looked_at;  // "23 lines"
  bool found = false;
  bool meant = false;  // config belongs there
  std::string where;   // "GET /debug/vars"; empty: not found
};
StepResult JudgeCanary(const std::vector<Look>& looks, const std::string& trouble);

struct WireFacts {
  std::string database;           // "PostgreSQL 127.0.0.1:20017"
  bool real = false;              // there was a database to lose
  bool noticed = false;           // GET /ready said 503
  bool logged = false;            // the log says that it cannot connect
  bool alive = false;             // it did not end
  std::optional<double> back_ms;  // until it was ready again, from when the wire was mended
  std::vector<Look> looks;
  std::string trouble;
};
StepResult JudgeWire(const WireFacts& facts);

}  // namespace twelve::config
