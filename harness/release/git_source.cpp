#include "harness/release/git_source.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace twelve {

GitSource::GitSource(StepRunner& runner, std::string repository, const Environment& tools)
    : runner_(runner), repository_(std::move(repository)) {
  for (const char* name : {"PATH", "HOME", "XDG_CONFIG_HOME"}) {
    const auto found = tools.find(name);
    if (found != tools.end()) environment_[name] = found->second;
  }
  environment_["LC_ALL"] = "C";
  environment_["GIT_NO_REPLACE_OBJECTS"] = "1";
  environment_["GIT_OPTIONAL_LOCKS"] = "0";
  environment_["GIT_TERMINAL_PROMPT"] = "0";
}

Result<std::vector<std::string>> GitSource::Git(std::vector<std::string> arguments) {
  if (!std::filesystem::is_directory(repository_)) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} is no directory; name a git repository with --repo", repository_),
                 {},
                 0};
  }
  ProcessSpec spec;
  spec.name = "git";
  spec.type = "git";
  spec.directory = repository_;
  spec.environment = environment_;
  spec.command.argv = {"git", "-c", "core.autocrlf=false", "-c", "core.attributesFile=/dev/null"};
  spec.command.argv.insert(spec.command.argv.end(), arguments.begin(), arguments.end());
  spec.command.line = ShellQuote(spec.command.argv);
  OutputCapture output;
  const Result<StepOutcome> outcome = runner_.Run(std::move(spec), &output);
  if (!outcome) return outcome.error();
  if (outcome->start_error) return *outcome->start_error;
  if (!outcome->succeeded()) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format("git {} in {}: {}", arguments.front(), repository_,
                    output.first_error().empty() ? Describe(*outcome) : output.first_error()),
        {},
        0};
  }
  return output.out();
}

Result<GitCommit> GitSource::Resolve(const std::string& revision) {
  const auto inside = Git({"rev-parse", "--git-dir"});
  if (!inside) return inside.error();
  const auto found =
      Git({"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
  if (!found || found->empty()) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("there is no commit \"{}\" in {}; `git log --oneline` lists them",
                             revision, repository_),
                 {},
                 0};
  }
  GitCommit commit;
  commit.id = found->back();
  const auto shown = Git({"show", "-s", "--no-show-signature", "--format=%ct%n%s", commit.id});
  if (!shown) return shown.error();
  if (!shown->empty()) {
    const std::string& time = shown->front();
    std::from_chars(time.data(), time.data() + time.size(), commit.time);
  }
  if (shown->size() > 1) commit.subject = (*shown)[1];
  return commit;
}

Status GitSource::Export(const GitCommit& commit, const std::string& archive) {
  const auto done = Git({"archive", "--format=tar", "--output=" + archive, commit.id});
  if (!done) return done.error();
  return {};
}

Result<std::string> GitSource::HooksDirectory() {
  const auto found = Git({"rev-parse", "--git-path", "hooks"});
  if (!found) return found.error();
  const std::string path = found->empty() ? "hooks" : found->back();
  return (std::filesystem::absolute(repository_) / path).lexically_normal().string();
}

Result<std::string> GitSource::DefaultBranch() {
  const auto found = Git({"symbolic-ref", "--short", "HEAD"});
  if (!found) return found.error();
  return found->empty() ? "main" : found->back();
}

}  // namespace twelve
