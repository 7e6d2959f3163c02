#include "harness/release/builder.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "harness/os/posix/posix_event_loop.h"
#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/posix_socket_host.h"
#include "harness/release/testdata/temporary_store.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string PathVariable() {
  const char* const path = std::getenv("PATH");
  return path != nullptr ? path : "/usr/bin:/bin";
}

/// A store, a git repository and everything that a build needs, with real processes.
class BuilderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto guard = FindGuard();
    ASSERT_TRUE(guard.ok()) << guard.error().message;
    host_ = std::make_unique<PosixProcessHost>(*guard);
    auto loop = PosixEventLoop::Create(clock_);
    ASSERT_TRUE(loop.ok());
    loop_ = std::move(loop).value();
    runner_ = std::make_unique<StepRunner>(
        StepRunner::Seams{*loop_, *host_, sockets_, [this] { return cancelled_; }});
    fs::create_directories(directory_.Path("app"));
    Git({"init", "-q", "-b", "main"});
  }

  void Git(std::vector<std::string> arguments) {
    ProcessSpec spec;
    spec.name = "git";
    spec.directory = directory_.Path("app");
    spec.environment = {{"PATH", PathVariable()},    {"HOME", directory_.path()},
                        {"GIT_AUTHOR_NAME", "A"},    {"GIT_AUTHOR_EMAIL", "a@example.com"},
                        {"GIT_COMMITTER_NAME", "A"}, {"GIT_COMMITTER_EMAIL", "a@example.com"}};
    spec.command.argv = {"git"};
    spec.command.argv.insert(spec.command.argv.end(), arguments.begin(), arguments.end());
    OutputCapture output;
    const auto done = runner_->Run(std::move(spec), &output);
    ASSERT_TRUE(done.ok() && done->succeeded()) << output.first_error();
  }
  void Commit(const std::string& subject) {
    Git({"add", "-A"});
    Git({"commit", "-q", "-m", subject});
  }

  BuildRequest Request() {
    BuildRequest request;
    request.repository = directory_.Path("app");
    request.tools = {{"PATH", PathVariable()}, {"HOME", directory_.path()}};
    return request;
  }
  Result<BuildRecord> Build(const BuildRequest& request) {
    Builder builder(*store_, *runner_, [this](std::string_view step, std::string_view line) {
      progress_ += std::string(step) + " | " + std::string(line) + "\n";
    });
    return builder.Build(request);
  }
  BuildRecord Built() {
    const auto record = Build(Request());
    EXPECT_TRUE(record.ok()) << record.error().message;
    return record.ok() ? *record : BuildRecord();
  }
  std::string Log(const BuildRecord& build, const std::string& step) {
    return Slurp(BuildHistory(*store_).LogFile(build.number, step));
  }

  TemporaryDirectory directory_;
  SystemClock clock_;
  PosixSocketHost sockets_;
  std::unique_ptr<PosixProcessHost> host_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<StepRunner> runner_;
  std::unique_ptr<StoreDirectory> store_ = OpenStore(directory_.Path("store"));
  bool cancelled_ = false;
  std::string progress_;
};

TEST_F(BuilderTest, BuildsTheCommitAndNotTheWorkTree) {
  directory_.Write("app/Procfile", "web: ./serve\n");
  directory_.Write("app/text", "committed\n");
  Commit("first");
  directory_.Write("app/text", "edited and not committed\n");
  directory_.Write("app/untracked", "x");
  const BuildRecord build = Built();
  EXPECT_EQ(build.state, BuildState::kSucceeded) << build.problem;
  EXPECT_EQ(build.name, "app");
  EXPECT_EQ(build.tag, build.commit.substr(0, 7));
  EXPECT_EQ(build.subject, "first");
  EXPECT_THAT(build.process_types, ElementsAre("web"));
  const auto tree = SlugStore(*store_).Tree(build.slug);
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  EXPECT_EQ(Slurp(*tree + "/text"), "committed\n");
  EXPECT_FALSE(fs::exists(*tree + "/untracked"));
  EXPECT_FALSE(fs::exists(*tree + "/.git"));
  EXPECT_FALSE(fs::exists(store_->Path("build"))) << "nothing of the build is left";
}

TEST_F(BuilderTest, RunsThePhasesInOrderWithTheDeclaredEnvironmentAlone) {
  directory_.Write("app/buildspec.json", R"({
    "environment": {"COLOUR": "blue"},
    "phases": {
      "post_build": ["echo post >> order"],
      "pre_build": ["echo pre >> order", "X=1"],
      "build": ["echo build${X:-} >> order", "env | cut -d= -f1 | sort > names",
                "echo $COLOUR $BUILD_TAG $SOURCE_DATE_EPOCH > values"]
    }})");
  Commit("with phases");
  setenv("TWELVE_TEST_LEAK", "1", 1);
  const BuildRecord build = Built();
  unsetenv("TWELVE_TEST_LEAK");
  ASSERT_EQ(build.state, BuildState::kSucceeded) << build.problem;
  const std::string tree = *SlugStore(*store_).Tree(build.slug);
  EXPECT_EQ(Slurp(tree + "/order"), "pre\nbuild\npost\n");
  EXPECT_THAT(Slurp(tree + "/names"), testing::Not(HasSubstr("TWELVE_TEST_LEAK")));
  EXPECT_THAT(Slurp(tree + "/names"), HasSubstr("SOURCE_DATE_EPOCH"));
  EXPECT_THAT(Slurp(tree + "/values"), testing::StartsWith("blue " + build.tag + " 1"));
  std::vector<std::string> names;
  for (const BuildStep& step : build.steps) {
    names.push_back(step.name);
    EXPECT_EQ(step.state, "succeeded");
  }
  EXPECT_THAT(names, ElementsAre("source", "pre_build", "build", "post_build", "slug"));
  EXPECT_THAT(Log(build, "post_build"), HasSubstr("$ echo post >> order\n"));
  EXPECT_THAT(progress_, HasSubstr("pre_build | $ echo pre >> order\n"));
}

TEST_F(BuilderTest, TheSameCommitGivesTheSameSlug) {
  directory_.Write("app/buildspec.json",
                   R"({"phases": {"build": ["pwd > where", "echo $HOME $TMPDIR >> where"]}})");
  Commit("paths in the output");
  const BuildRecord first = Built();
  const BuildRecord second = Built();
  EXPECT_EQ(first.slug, second.slug);
  EXPECT_NE(first.number, second.number);
  EXPECT_EQ(SlugStore(*store_).All().size(), 1U);
}

TEST_F(BuilderTest, AFailedPhaseEndsTheBuildAndIsKept) {
  directory_.Write("app/buildspec.json", R"({"phases": {
    "build": ["echo before", "echo oops >&2; exit 7", "echo after"],
    "post_build": ["echo never"]}})");
  Commit("broken");
  const BuildRecord build = Built();
  EXPECT_EQ(build.state, BuildState::kFailed);
  EXPECT_EQ(build.slug, "");
  EXPECT_EQ(build.problem, "build: exit 7 at \"echo oops >&2; exit 7\"");
  EXPECT_THAT(Log(build, "build"), HasSubstr("oops\n"));
  EXPECT_THAT(Log(build, "build"), testing::Not(HasSubstr("$ echo after")));
  const auto all = BuildHistory(*store_).All();
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().state, BuildState::kFailed);
  EXPECT_EQ(all->front().steps.back().name, "post_build");
  EXPECT_EQ(all->front().steps.back().state, "not run");
}

TEST_F(BuilderTest, WritesAManifest) {
  directory_.Write("app/Procfile", "web: a\nworker: b\n");
  directory_.Write("app/requirements.txt", "flask==2.2.2\n");
  Commit("two types");
  const BuildRecord build = Built();
  const auto manifest =
      nlohmann::json::parse(Slurp(BuildHistory(*store_).ManifestFile(build.number)));
  EXPECT_EQ(manifest["commit"], build.commit);
  EXPECT_EQ(manifest["tag"], build.tag);
  EXPECT_EQ(manifest["slug"], "sha256:" + build.slug);
  EXPECT_EQ(manifest["lock_file"]["files"][0], "requirements.txt");
  EXPECT_EQ(manifest["artefacts"].size(), 2U);
  EXPECT_EQ(manifest["artefacts"][0]["tag"], "app:" + build.tag);
  EXPECT_THAT(manifest.dump(), testing::Not(HasSubstr("latest")));
}

/// A build that "installs" what a lock file names, and says when it had to.
constexpr const char* kInstalling = R"({
  "phases": {"pre_build": ["if [ -d deps ]; then echo was-there; else mkdir deps; fi",
                           "while read d; do echo code of $d > deps/$d; done < yarn.lock"],
             "build": ["ls deps > list"]},
  "cache": {"paths": ["deps"]}})";

TEST_F(BuilderTest, TheCacheChangesNothingButTheTime) {
  directory_.Write("app/buildspec.json", kInstalling);
  directory_.Write("app/yarn.lock", "left\nright\n");
  Commit("with dependencies");
  const BuildRecord filled = Built();
  EXPECT_EQ(filled.cache, "filled") << filled.problem;
  const BuildRecord restored = Built();
  EXPECT_EQ(restored.cache, "restored");
  EXPECT_THAT(Log(restored, "pre_build"), HasSubstr("\nwas-there\n"));
  BuildRequest without = Request();
  without.use_cache = false;
  const auto off = Build(without);
  ASSERT_TRUE(off.ok());
  EXPECT_EQ(off->cache, "off");
  EXPECT_THAT(Log(*off, "pre_build"), testing::Not(HasSubstr("\nwas-there\n")));
  EXPECT_EQ(filled.slug, restored.slug);
  EXPECT_EQ(filled.slug, off->slug);
}

TEST_F(BuilderTest, AnotherLockFileIsAnotherCache) {
  directory_.Write("app/buildspec.json", kInstalling);
  directory_.Write("app/yarn.lock", "left\n");
  Commit("one");
  const BuildRecord first = Built();
  directory_.Write("app/yarn.lock", "right\n");
  Commit("two");
  const BuildRecord second = Built();
  EXPECT_EQ(second.cache, "filled");
  EXPECT_NE(first.lock_hash, second.lock_hash);
  EXPECT_FALSE(fs::exists(*SlugStore(*store_).Tree(second.slug) + "/deps/left"));
}

TEST_F(BuilderTest, AChangedCacheIsNotUsed) {
  directory_.Write("app/buildspec.json", kInstalling);
  directory_.Write("app/yarn.lock", "left\n");
  Commit("one");
  const BuildRecord first = Built();
  FlipByte(store_->Path("cache/" + first.cache_key + "/0.tar.zst"), 30);
  const BuildRecord second = Built();
  EXPECT_EQ(second.cache, "filled");
  EXPECT_EQ(second.slug, first.slug);
  EXPECT_THAT(Log(second, "source"), HasSubstr("the cache is not used"));
}

TEST_F(BuilderTest, KnowsNoCommitThatIsNotThere) {
  directory_.Write("app/Procfile", "web: a\n");
  Commit("one");
  BuildRequest request = Request();
  request.revision = "no-such-branch";
  const auto missing = Build(request);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("no commit \"no-such-branch\""));
  request.repository = directory_.Path("store");
  EXPECT_FALSE(Build(request).ok());
  request.repository = directory_.Path("nowhere");
  EXPECT_EQ(Build(request).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(BuildHistory(*store_).All()->empty()) << "no build began";
}

TEST_F(BuilderTest, StopsWhenAskedTo) {
  directory_.Write("app/buildspec.json", R"({"phases": {"build": ["echo waiting", "sleep 600"]}})");
  Commit("slow");
  Builder builder(*store_, *runner_, [this](std::string_view, std::string_view line) {
    if (line == "waiting") cancelled_ = true;
  });
  const auto build = builder.Build(Request());
  ASSERT_TRUE(build.ok()) << build.error().message;
  EXPECT_EQ(build->state, BuildState::kInterrupted);
  EXPECT_FALSE(fs::exists(store_->Path("build")));
}

}  // namespace
}  // namespace twelve
