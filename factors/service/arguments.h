#pragma once

#include <string>
#include <vector>

#include "factors/12_admin_processes/parts/admin_tasks.h"
#include "factors/service/bad_release.h"
#include "harness/base/result.h"

namespace twelve {

/// What the command line of twelve-service asks for.
struct Arguments {
  enum class Action { kServe, kListViolations, kPrint, kPoolChild };
  Action action = Action::kServe;
  std::string process_type;
  std::vector<std::string> violations;   // each is known
  std::vector<std::string> required;     // variables, each of the schema
  AdminRequest admin;                    // of the process type "admin"
  std::vector<std::string> admin_words;  // the same, as they were given
  std::vector<std::string> bad;          // --bad, as they were given; each is well-formed
  bool allow_attach = false;             // clients may change what is attached
  bool json = false;
  std::string text;  // kPrint: the help
};

/// Errors: kInvalid with one sentence, for exit code 64.
Result<Arguments> ParseArguments(int count, const char* const* words);

/// The command that serves with these arguments: `program` first.
std::vector<std::string> CommandFor(const std::string& program, const Arguments& arguments);

}  // namespace twelve
