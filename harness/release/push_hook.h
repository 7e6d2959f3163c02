#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// What a push to a repository sets off.
struct PushHook {
  std::string program;      // of twelve, absolute
  std::string store;        // absolute
  std::string key_file;     // absolute
  std::string branch;       // whose pushes build: "main"
  std::string environment;  // the stage that gets a release; empty: none
};

/// The shell script that git runs after a push. It hands git's lines to `twelve release pipeline
/// receive` and nothing else.
std::string ScriptOf(const PushHook& hook);

/// Writes the script as post-receive into `hooks`. One that Twelve wrote is replaced.
/// kBusy when somebody else's is there: it is left as it is.
Status InstallPushHook(const PushHook& hook, const std::string& hooks);

/// One line that git gives to the hook: a ref went from one commit to another.
struct PushedRef {
  std::string before, after;  // commits in full; all zeros: the ref was made or deleted
  std::string ref;            // "refs/heads/main"

  bool deleted() const { return after.find_first_not_of('0') == std::string::npos; }
};
std::optional<PushedRef> ParsePushedRef(std::string_view line);

/// The commit to build: that of the last line about `branch` which is no deletion.
std::optional<std::string> CommitToBuild(const std::vector<PushedRef>& pushed,
                                         const std::string& branch);

}  // namespace twelve
