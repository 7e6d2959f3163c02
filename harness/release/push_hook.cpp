#include "harness/release/push_hook.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/process/command.h"
#include "harness/release/durable_file.h"

namespace twelve {
namespace {

constexpr std::string_view kMark = "# Written by twelve release pipeline init.";
constexpr std::size_t kLargestHook = std::size_t{1} << 20;
constexpr mode_t kProgramFile = 0755;

bool IsCommit(std::string_view text) {
  return text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string ScriptOf(const PushHook& hook) {
  std::vector<std::string> words = {hook.program, "release",  "pipeline",   "receive",
                                    "--store",    hook.store, "--key-file", hook.key_file,
                                    "--branch",   hook.branch};
  if (!hook.environment.empty()) {
    words.emplace_back("--env");
    words.push_back(hook.environment);
  }
  return fmt::format(
      "#!/bin/sh\n{}\n# A push to {} builds its newest commit{}. Remove this file to stop that.\n"
      "exec {} --repo \"$(pwd)\"\n",
      kMark, hook.branch,
      hook.environment.empty() ? "" : " and makes a release for " + hook.environment,
      ShellQuote(words));
}

Status InstallPushHook(const PushHook& hook, const std::string& hooks) {
  if (const Status made = MakeDirectories(hooks); !made) return made;
  const std::string path = hooks + "/post-receive";
  const Result<std::string> there = ReadFile(path, kLargestHook);
  if (there && there->find(kMark) == std::string::npos) {
    return Error{ErrorCode::kBusy,
                 fmt::format("{} is there already and is not Twelve's; move it away, or call "
                             "`twelve release pipeline receive` from it",
                             path),
                 {},
                 0};
  }
  if (!there && there.error().code != ErrorCode::kNotFound) return there.error();
  return ReplaceFile(hooks, path, ScriptOf(hook), kProgramFile);
}

std::optional<PushedRef> ParsePushedRef(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  PushedRef pushed{std::string(line.substr(0, first)),
                   std::string(line.substr(first + 1, second - first - 1)),
                   std::string(line.substr(second + 1))};
  if (!IsCommit(pushed.before) || !IsCommit(pushed.after) || pushed.ref.empty()) {
    return std::nullopt;
  }
  return pushed;
}

std::optional<std::string> CommitToBuild(const std::vector<PushedRef>& pushed,
                                         const std::string& branch) {
  std::optional<std::string> commit;
  for (const PushedRef& row : pushed) {
    if (row.ref == "refs/heads/" + branch && !row.deleted()) commit = row.after;
  }
  return commit;
}

}  // namespace twelve
