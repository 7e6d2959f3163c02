// `twelve backing` is interrupted, or killed at random moments, as root and as an ordinary user.
// Nothing of it may stay: no process, port, file, shared memory.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/backing/client_program.h"
#include "tests/backing/traces.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

/// 200 in the long proof, a few every day.
int Rounds() {
  const char* text = std::getenv("TWELVE_STORM_ROUNDS");
  return text == nullptr ? 3 : std::atoi(text) / 10;
}

struct As {
  std::string server;
  bool nobody = false;
};
void PrintTo(const As& as, std::ostream* out) {
  *out << as.server << (as.nobody ? " as nobody" : "");
}

class BackingDeath : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (GetParam().nobody && ::geteuid() != 0) GTEST_SKIP() << "only root can become nobody";
    std::string pattern = fs::temp_directory_path() / "twelve-backing-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    scratch_ = pattern;
    fs::permissions(scratch_, fs::perms(0711));
    const fs::perms mode = GetParam().nobody ? fs::perms(01777) : fs::perms(0711);
    for (const char* name : {"tmp", "cache"}) {
      fs::create_directory(scratch_ / name);
      fs::permissions(scratch_ / name, mode);
    }
    kept_cache_ = fs::canonical(std::getenv("TWELVE_BIN")).parent_path() /
                  (GetParam().nobody ? "cache-of-nobody" : "cache");
    if (fs::create_directory(kept_cache_)) fs::permissions(kept_cache_, mode);
    before_ = LookForTraces(scratch_);
  }
  void TearDown() override {
    if (!scratch_.empty()) fs::remove_all(scratch_);
  }

  enum class Cache { kKept, kFresh };  // of templates: in the build tree, or this test's own
  pid_t Start(Cache cache, const std::vector<std::string>& more = {"--fast"}) {
    std::vector<std::string> words;
    if (GetParam().nobody) {
      words = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    }
    words.insert(words.end(), {fs::canonical(std::getenv("TWELVE_BIN")) / "twelve", "backing",
                               GetParam().server});
    words.insert(words.end(), more.begin(), more.end());
    std::vector<std::string> environment = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                            "TMPDIR=" + (scratch_ / "tmp").string(),
                                            "XDG_CACHE_HOME=" + CacheDirectory(cache)};
    std::vector<char*> argv, envp;
    for (std::string& word : words) argv.push_back(word.data());
    for (std::string& row : environment) envp.push_back(row.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const std::string out = scratch_ / "out", err = scratch_ / "err";
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), kWrite, 0644);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), kWrite, 0644);
    posix_spawn_file_actions_addchdir_np(&actions, scratch_.c_str());
    pid_t pid = -1;
    EXPECT_EQ(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), envp.data()), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }

  std::string Text(const char* name) const {
    std::ifstream file(scratch_ / name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  std::string AwaitFirstLine() {
    EXPECT_TRUE(Eventually([this] { return Text("out").find('\n') != std::string::npos; }))
        << Text("err");
    return Text("out").substr(0, Text("out").find('\n'));
  }

  std::string Ask(const std::string& url) const {
    return GetParam().server == "postgres" ? Psql(url, "SELECT 'yes'") : RedisCli(url, "ECHO yes");
  }

  void ExpectNothingLeft(const std::string& when) {
    EXPECT_TRUE(Eventually([this] { return LookForTraces(scratch_) == before_; }))
        << when << ", still there:" << testing::PrintToString(LookForTraces(scratch_));
  }

  std::string CacheDirectory(Cache cache) const {
    return cache == Cache::kKept ? kept_cache_.string() : (scratch_ / "cache").string();
  }

  fs::path scratch_, kept_cache_;
  Traces before_;
};

TEST_P(BackingDeath, PrintsOneEventALineWhenAsked) {
  const pid_t pid = Start(Cache::kKept, {"--json", "--user", "canary", "--password", "a b"});
  const auto ready = nlohmann::json::parse(AwaitFirstLine(), nullptr, false);
  ASSERT_TRUE(ready.is_object());
  EXPECT_EQ(ready.value("event", ""), "ready");
  EXPECT_EQ(ready.value("server", ""), GetParam().server);
  const std::string url = ready.value("url", "");
  EXPECT_NE(url.find("://canary:a%20b@127.0.0.1:" + std::to_string(ready.value("port", 0))),
            std::string::npos)
      << url;
  EXPECT_EQ(Ask(url), "yes");
  ::kill(pid, SIGTERM);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_P(BackingDeath, CtrlCRemovesIt) {
  const pid_t pid = Start(Cache::kKept);
  const std::string url = AwaitFirstLine();
  EXPECT_EQ(Ask(url), "yes");
  ::kill(pid, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status << Text("err");
  EXPECT_NE(Ask(url), "yes");
  ExpectNothingLeft("after SIGINT");
}

TEST_P(BackingDeath, KilledWhileItServesItLeavesNothing) {
  const pid_t pid = Start(Cache::kKept);
  const std::string url = AwaitFirstLine();
  EXPECT_EQ(Ask(url), "yes");
  EXPECT_GE(LookForTraces(scratch_).processes.size(), 2u);
  ::kill(pid, SIGKILL);
  ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  ExpectNothingLeft("after SIGKILL");
  EXPECT_NE(Ask(url), "yes");
}

TEST_P(BackingDeath, KilledAtAnyMomentItLeavesNothing) {
  std::mt19937 random(20'241'123);
  for (int round = 0; round < Rounds() && !HasFailure(); ++round) {
    // The first of two rounds makes the template, the second one uses it if it was finished.
    if (round % 2 == 0) fs::remove_all(scratch_ / "cache/twelve");
    const int when = std::uniform_int_distribution<int>(0, 1500)(random);
    const pid_t pid = Start(Cache::kFresh);
    std::this_thread::sleep_for(std::chrono::milliseconds(when));  // the random moment itself
    ::kill(pid, SIGKILL);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
    ExpectNothingLeft("killed after " + std::to_string(when) + " ms");
  }
}

TEST_P(BackingDeath, TwoAtOnceMakeOneTemplate) {
  if (GetParam().server != "postgres") GTEST_SKIP() << "Redis needs no template";
  const pid_t first = Start(Cache::kFresh);
  const pid_t second =
      Start(Cache::kFresh);  // writes the same output file; only the template is looked at
  const auto templates = [this] {
    std::vector<std::string> names;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(scratch_ / "cache/twelve", failed)) {
      names.push_back(entry.path());
    }
    return names;
  };
  EXPECT_TRUE(Eventually([&] {
    const std::vector<std::string> names = templates();
    return names.size() == 1 && names.front().find(".partial") == std::string::npos;
  })) << testing::PrintToString(templates());
  for (const pid_t pid : {first, second}) {
    ::kill(pid, SIGTERM);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  }
  ExpectNothingLeft("after two at once");
  ASSERT_EQ(templates().size(), 1u);
  const pid_t third = Start(Cache::kFresh);
  EXPECT_EQ(Ask(AwaitFirstLine()), "yes") << "the template is whole";
  ::kill(third, SIGTERM);
  ASSERT_EQ(::waitpid(third, nullptr, 0), third);
}

INSTANTIATE_TEST_SUITE_P(, BackingDeath,
                         testing::Values(As{"postgres"}, As{"postgres", true}, As{"redis"},
                                         As{"redis", true}),
                         [](const auto& row) {
                           return row.param.server + (row.param.nobody ? "AsNobody" : "");
                         });

}  // namespace
}  // namespace twelve
