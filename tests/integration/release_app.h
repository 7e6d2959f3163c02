#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace twelve {

/// A git repository with a small application, a store, and `twelve` to use them, as a user would.
class ReleaseApp : public testing::Test {
 protected:
  static constexpr std::chrono::seconds kPatience{60};

  struct Outcome {
    int code = -1;  // exit code, or -signal
    std::string out, err;
    nlohmann::json Json() const { return nlohmann::json::parse(out, nullptr, false); }
  };

  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "twelve-release-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    for (const char* name : {"app", "tmp"}) std::filesystem::create_directory(directory_ / name);
    const char* const bin = std::getenv("TWELVE_BIN");
    ASSERT_NE(bin, nullptr);
    twelve_ = std::filesystem::canonical(bin).string() + "/twelve";
  }
  void TearDown() override {
    EXPECT_TRUE(Eventually([this] { return Marked().empty(); })) << "processes are left";
    EXPECT_TRUE(Eventually([this] { return std::filesystem::is_empty(directory_ / "tmp"); }));
    const Outcome writable = Run({"/bin/sh", "-c", "chmod -R u+w ."});
    EXPECT_EQ(writable.code, 0) << writable.err;
    std::filesystem::remove_all(directory_);
  }

  template <typename Predicate>
  static bool Eventually(Predicate predicate) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!predicate()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }
  static std::string Slurp(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void Write(const std::string& below, const std::string& text) const {
    std::filesystem::create_directories((directory_ / below).parent_path());
    std::ofstream(directory_ / below, std::ios::binary) << text;
  }

  /// Starts a program in the test's directory with its output in files of this name.
  pid_t Start(std::vector<std::string> words, const std::string& name) const {
    std::vector<std::string> rows = {
        "PATH=/usr/local/bin:/usr/bin:/bin",       "HOME=" + directory_.string(),
        "TMPDIR=" + (directory_ / "tmp").string(), "GIT_AUTHOR_NAME=A",
        "GIT_AUTHOR_EMAIL=a@example.com",          "GIT_COMMITTER_NAME=A",
        "GIT_COMMITTER_EMAIL=a@example.com",       "NOT_DECLARED=1"};
    std::vector<char*> argv, envp;
    for (std::string& word : words) argv.push_back(word.data());
    for (std::string& row : rows) envp.push_back(row.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    const std::string out = directory_ / (name + ".out");
    const std::string err = directory_ / (name + ".err");
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), flags, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, directory_.c_str());
    pid_t pid = -1;
    EXPECT_EQ(posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), envp.data()), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }
  Outcome Wait(pid_t pid, const std::string& name) const {
    int status = 0;
    if (!Eventually([&] { return waitpid(pid, &status, WNOHANG) == pid; })) {
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
      ADD_FAILURE() << name << " did not end";
    }
    return {WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status),
            Slurp(directory_ / (name + ".out")), Slurp(directory_ / (name + ".err"))};
  }
  Outcome Run(std::vector<std::string> words) const {
    return Wait(Start(std::move(words), "run"), "run");
  }
  std::vector<std::string> Twelve(std::vector<std::string> words) const {
    words.insert(words.begin(), twelve_);
    words.insert(words.end(), {"--store", (directory_ / "store").string()});
    return words;
  }
  /// `twelve WORDS --store STORE`.
  Outcome Do(std::vector<std::string> words) const { return Run(Twelve(std::move(words))); }

  void Git(std::vector<std::string> words) const {
    words.insert(words.begin(), {"/usr/bin/env", "git", "-C", (directory_ / "app").string()});
    const Outcome done = Run(std::move(words));
    ASSERT_EQ(done.code, 0) << done.err;
  }
  void Commit(const std::string& subject) const {
    if (!std::filesystem::exists(directory_ / "app/.git")) Git({"init", "-q", "-b", "main"});
    Git({"add", "-A"});
    Git({"commit", "-q", "--allow-empty", "-m", subject});
  }

  /// Pids of what runs below the test's directory: it carries the directory in its environment.
  std::vector<pid_t> Marked() const {
    const std::string mark = directory_;
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const pid_t pid = std::atoi(entry.path().filename().c_str());
      if (pid <= 0 || pid == getpid()) continue;
      if (Slurp(entry.path() / "environ").find(mark) != std::string::npos) found.push_back(pid);
    }
    return found;
  }

  /// Kills `twelve` at a random moment of each of `rounds` commands that write; after each the
  /// store must be whole, and at the end usable.
  void KillAtRandom(int rounds) {
    Write("app/Procfile", "web: ./serve\n");
    Write("app/buildspec.json",
          R"({"phases": {"pre_build": ["mkdir -p deps", "seq 20000 > deps/numbers"],
                         "build": ["cat deps/numbers deps/numbers > out", "sleep 0.05"]},
              "cache": {"key": ["lock"], "paths": ["deps"]}})");
    Write("app/lock", "0");
    Commit("first");
    ASSERT_EQ(Do({"release", "build", "--repo", "app", "--to", "staging"}).code, 0);
    std::mt19937 random(20'240'501);
    for (int round = 0; round < rounds; ++round) {
      if (round % 3 == 0) {
        Write("app/lock", std::to_string(round));
        Commit("round");
      }
      const std::vector<std::string> command = CommandOfRound(round);
      const pid_t pid = Start(Twelve(command), "killed");
      // A build takes a while, the others a few milliseconds.
      const int longest = command[1] == "build" ? 400'000 : 30'000;
      std::this_thread::sleep_for(
          std::chrono::microseconds(std::uniform_int_distribution<>(0, longest)(random)));
      kill(pid, SIGKILL);
      Wait(pid, "killed");
      const Outcome whole = Do({"release", "verify", "--json"});
      ASSERT_EQ(whole.code, 0) << "round " << round << ", " << command[1] << ": " << whole.out
                               << whole.err;
    }
    ASSERT_TRUE(Eventually([this] { return Marked().empty(); }));
    const Outcome built = Do({"release", "build", "--repo", "app", "--to", "staging", "--json"});
    EXPECT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(Do({"release", "promote", "staging", "--to", "production"}).code, 0);
    EXPECT_EQ(Do({"param", "put", "/app/round", "last"}).code, 0);
    EXPECT_TRUE(std::filesystem::is_empty(directory_ / "store/scratch"));
    EXPECT_FALSE(std::filesystem::exists(directory_ / "store/build"));
  }

  std::filesystem::path directory_;
  std::string twelve_;

 private:
  static std::vector<std::string> CommandOfRound(int round) {
    const std::string value = "ROUND=" + std::to_string(round);
    const std::vector<std::vector<std::string>> commands = {
        {"release", "build", "--repo", "app", "--to", "staging", "--quiet"},
        {"release", "config", "set", "staging", value},
        {"release", "promote", "staging", "--to", "production"},
        {"release", "rollback", "staging"},
        {"release", "gc", "--keep", "1"},
        {"param", "put", "/app/round", value},
    };
    return commands[static_cast<std::size_t>(round) % commands.size()];
  }
};

}  // namespace twelve
