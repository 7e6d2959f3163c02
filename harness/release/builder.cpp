#include "harness/release/builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "harness/logs/text_cleaner.h"
#include "harness/process/procfile.h"
#include "harness/release/build_log.h"
#include "harness/release/build_plan.h"
#include "harness/release/dependency_cache.h"
#include "harness/release/durable_file.h"
#include "harness/release/iso_time.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestText = std::size_t{4} << 20;
constexpr Duration kAskForTurn = std::chrono::milliseconds(100);
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kPreBuild = "pre_build";

/// The directory's name, without ".git".
std::string NameOf(const std::string& repository) {
  std::string name = fs::path(repository).filename();
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  if (name.empty()) name = fs::path(repository).parent_path().filename();
  return name.empty() ? "app" : CleanText(name);
}

Result<BuildPlan> PlanOf(const std::string& tree) {
  for (const char* file : {"buildspec.json", "twelve.json"}) {
    const Result<std::string> text = ReadFile(tree + "/" + file, kLargestText);
    if (!text && text.error().code == ErrorCode::kNotFound) continue;
    if (!text) return text.error();
    Result<BuildPlan> plan = ParseBuildPlan(*text, file);
    if (!plan || !plan->source.empty()) return plan;
  }
  return ParseBuildPlan("{}", "twelve.json");
}

}  // namespace

/// One build from its commit to its slug.
class Builder::Run {
 public:
  Run(Builder& builder, const BuildRequest& request, GitCommit commit, BuildRecord record)
      : builder_(builder),
        request_(request),
        commit_(std::move(commit)),
        record_(std::move(record)),
        history_(builder.store_),
        tree_(builder.store_.Path("build/tree")),
        home_(builder.store_.Path("build/home")),
        temporary_(builder.store_.Path("build/tmp")),
        cache_(builder.store_, tree_, home_),
        begun_(builder.runner_.loop().clock().Now()) {}

  Result<BuildRecord> Go() {
    Status done = Source();
    for (const BuildPhase& phase : plan_.phases) {
      if (done) done = Phase(phase);
    }
    if (done) done = Slug();
    record_.seconds = ToSeconds(builder_.runner_.loop().clock().Now() - begun_);
    record_.state = done                           ? BuildState::kSucceeded
                    : builder_.runner_.cancelled() ? BuildState::kInterrupted
                                                   : BuildState::kFailed;
    if (!done) record_.problem = done.error().message;
    if (const Status removed = RemoveTree(builder_.store_.Path("build")); !removed)
      return removed.error();
    if (const Status written = WriteOutcome(); !written) return written.error();
    return record_;
  }

 private:
  /// Files of the commit, where the build finds them.
  Status Source() {
    return Step("source", [this](BuildLog& log) -> Status {
      if (const Status made = MakePlaces(); !made) return made;
      const Result<StoreScratch> scratch = builder_.store_.MakeScratch();
      if (!scratch) return scratch.error();
      const std::string archive = scratch->path() + "/source.tar";
      GitSource git(builder_.runner_, request_.repository, request_.tools);
      if (const Status got = git.Export(commit_, archive); !got) return got;
      if (const Status unpacked = UnpackTree(archive, tree_, TreeMode::kWritable); !unpacked) {
        return unpacked;
      }
      log.Say(fmt::format("commit {} of {}: {}", commit_.tag(), request_.repository,
                          CleanText(commit_.subject)));
      if (fs::exists(tree_ + "/.gitmodules")) {
        log.Say("note: submodules are not part of a commit's files and are not in the slug");
      }
      return ReadPlan(log);
    });
  }

  Status MakePlaces() {
    if (const Status gone = RemoveTree(builder_.store_.Path("build")); !gone) return gone;
    for (const std::string& place : {tree_, home_, temporary_}) {
      if (const Status made = MakeDirectories(place); !made) return made;
    }
    return {};
  }

  Status ReadPlan(BuildLog& log) {
    Result<BuildPlan> plan = PlanOf(tree_);
    if (!plan) return plan.error();
    plan_ = std::move(plan).value();
    log.Say(plan_.source.empty() ? "no buildspec.json and no \"build\" in twelve.json: the files "
                                   "are the slug as they are"
                                 : "the build is that of " + plan_.source);
    const LockFiles locks = ReadLockFiles(tree_, plan_);
    record_.lock_files = locks.names;
    record_.lock_hash = locks.hash;
    RestoreCache(DependencyCache::KeyOf(locks, plan_), log);
    return {};
  }

  void RestoreCache(const std::optional<std::string>& key, BuildLog& log) {
    if (!key) {
      record_.cache = "not declared";
      return;
    }
    record_.cache_key = *key;
    if (!request_.use_cache) {
      record_.cache = "off";
      return;
    }
    const Result<bool> restored = cache_.Restore(*key);
    if (restored && *restored) {
      record_.cache = "restored";
      log.Say("dependencies come from the cache: the lock files are those of an earlier build");
      return;
    }
    keep_cache_ = true;
    if (!restored) log.Say("note: the cache is not used: " + restored.error().message);
  }

  Status Phase(const BuildPhase& phase) {
    if (phase.commands.empty()) {
      record_.steps.push_back({phase.name, "nothing to do", 0, ""});
      return phase.name == kPreBuild ? KeepCache() : Status();
    }
    return Step(phase.name, [this, &phase](BuildLog& log) -> Status {
      const Result<StepOutcome> outcome = builder_.runner_.Run(SpecOf(phase), &log);
      if (!outcome) return outcome.error();
      if (!outcome->succeeded()) {
        record_.steps.back().ended = Describe(*outcome);
        return Error{ErrorCode::kInvalid,
                     fmt::format("{}: {} at \"{}\"", phase.name, Describe(*outcome),
                                 CleanText(log.last_command())),
                     {},
                     0};
      }
      return phase.name == kPreBuild ? KeepCache() : Status();
    });
  }

  Status KeepCache() {
    if (!keep_cache_) return {};
    const Status kept = cache_.Keep(record_.cache_key, plan_);
    record_.cache = kept ? "filled" : "not kept: " + kept.error().message;
    return {};
  }

  ProcessSpec SpecOf(const BuildPhase& phase) const {
    ProcessSpec spec;
    spec.name = phase.name;
    spec.type = "build";
    spec.directory = tree_;
    spec.command.argv = {"/bin/sh", "-c", ScriptOf(phase)};
    spec.command.line = phase.name;
    spec.environment = plan_.environment;
    const auto path = request_.tools.find("PATH");
    spec.environment.emplace("PATH", path != request_.tools.end() ? path->second : kDefaultPath);
    spec.environment.emplace("HOME", home_);
    spec.environment.emplace("TMPDIR", temporary_);
    spec.environment.emplace("LANG", "C.UTF-8");
    spec.environment.emplace("TZ", "UTC");
    spec.environment.emplace("SOURCE_DATE_EPOCH", std::to_string(commit_.time));
    spec.environment["BUILD_COMMIT"] = commit_.id;
    spec.environment["BUILD_TAG"] = commit_.tag();
    return spec;
  }

  Status Slug() {
    return Step("slug", [this](BuildLog& log) -> Status {
      const Result<std::string> text = ReadFile(tree_ + "/Procfile", kLargestText);
      if (text) {
        for (const ProcfileEntry& entry : ParseProcfile(*text).entries) {
          record_.process_types.push_back(entry.type);
        }
      } else {
        log.Say("note: there is no Procfile, so nothing of this slug can be run");
      }
      // Under the lock, so that nobody collects a slug that no record names yet.
      const Result<StoreLock> lock = builder_.store_.Lock();
      if (!lock) return lock.error();
      const Result<PackedTree> packed = builder_.slugs_.Add(tree_);
      if (!packed) return packed.error();
      record_.slug = packed->id;
      record_.slug_bytes = packed->bytes;
      record_.slug_files = packed->files;
      log.Say(fmt::format("{}: {} files, {} bytes", ShortSlug(packed->id), packed->files,
                          packed->bytes));
      return history_.Write(record_);
    });
  }

  Status Step(const std::string& name, const std::function<Status(BuildLog&)>& body) {
    record_.steps.push_back({name, "running", 0, ""});
    builder_.progress_(name, "");
    if (const Status written = history_.Write(record_); !written) return written;
    Result<std::unique_ptr<BuildLog>> log =
        BuildLog::Open(history_.LogFile(record_.number, name),
                       [this, &name](std::string_view line) { builder_.progress_(name, line); });
    if (!log) return log.error();
    const Clock& clock = builder_.runner_.loop().clock();
    const TimePoint begin = clock.Now();
    const std::size_t index = record_.steps.size() - 1;
    const Status done = body(**log);
    BuildStep& step = record_.steps[index];
    step.seconds = ToSeconds(clock.Now() - begin);
    step.state = done ? "succeeded" : "failed";
    if (!done) (*log)->Say(done.error().message);
    return done;
  }

  Status WriteOutcome() {
    for (const BuildPhase& phase : plan_.phases) {
      const bool known =
          std::any_of(record_.steps.begin(), record_.steps.end(),
                      [&](const BuildStep& step) { return step.name == phase.name; });
      if (!known) record_.steps.push_back({phase.name, "not run", 0, ""});
    }
    if (record_.state == BuildState::kSucceeded) {
      const Result<StoreScratch> scratch = builder_.store_.MakeScratch();
      if (!scratch) return scratch.error();
      const Status written = ReplaceFile(scratch->path(), history_.ManifestFile(record_.number),
                                         ManifestOf(record_).dump(2) + "\n", kPrivateFile);
      if (!written) return written;
    }
    return history_.Write(record_);
  }

  Builder& builder_;
  const BuildRequest& request_;
  GitCommit commit_;
  BuildRecord record_;
  BuildHistory history_;
  std::string tree_, home_, temporary_;
  DependencyCache cache_;
  TimePoint begun_;
  BuildPlan plan_;
  bool keep_cache_ = false;
};

Result<StoreLock> Builder::AwaitTurn() {
  bool told = false;
  for (;;) {
    Result<StoreLock> lock = store_.TryLock("build.lock");
    if (lock || lock.error().code != ErrorCode::kBusy) return lock;
    if (runner_.cancelled()) {
      return Error{ErrorCode::kClosed, "stopped while it waited for another build", {}, 0};
    }
    if (!std::exchange(told, true)) progress_("wait", "another build is running in this store");
    runner_.loop().RunOnce(kAskForTurn);
  }
}

Result<BuildRecord> Builder::Build(const BuildRequest& request) {
  GitSource git(runner_, request.repository, request.tools);
  Result<GitCommit> commit = git.Resolve(request.revision);
  if (!commit) return commit.error();
  const Result<StoreLock> turn = AwaitTurn();
  if (!turn) return turn.error();
  BuildRecord record;
  record.repository = fs::absolute(request.repository).lexically_normal();
  record.name = NameOf(record.repository);
  record.revision = request.revision;
  record.commit = commit->id;
  record.tag = commit->tag();
  record.subject = CleanText(commit->subject);
  record.started = IsoTime(runner_.loop().clock().WallNow());
  Result<BuildRecord> begun = BuildHistory(store_).Begin(std::move(record));
  if (!begun) return begun.error();
  return Run(*this, request, std::move(commit).value(), std::move(begun).value()).Go();
}

}  // namespace twelve
