// The fixtures: each is what its row says, can be made into a repository, and runs.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"
#include "factors/service/violation_switches.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;

fs::path Source() {
  const char* root = std::getenv("TWELVE_SOURCE");
  return root == nullptr ? fs::path(".") : fs::path(root);
}

/// The value of "KEY: VALUE" in a fixture's fixture.txt; empty when it is not there.
std::string Said(const fs::path& fixture, const std::string& key) {
  std::ifstream file(fixture / "fixture.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ": ")) return line.substr(key.size() + 2);
  }
  return {};
}

std::vector<fs::path> AllFixtures() {
  std::vector<fs::path> all;
  for (const auto& factor : fs::directory_iterator(Source() / "factors")) {
    const fs::path folder = factor.path() / "fixtures";
    if (!fs::is_directory(folder)) continue;
    for (const auto& fixture : fs::directory_iterator(folder)) {
      if (fixture.is_directory()) all.push_back(fixture.path());
    }
  }
  return all;
}

/// Runs a shell command with little in its environment; its exit code.
int Shell(const std::string& command, const fs::path& home) {
  const int status =
      std::system(fmt::format("env -i PATH=\"$PATH\" HOME={} sh -c '{}' >/dev/null 2>&1",
                              home.string(), command)
                      .c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int MakeRepository(const fs::path& fixture, const fs::path& target) {
  const fs::path script = Source() / "factors/01_codebase/fixtures/make-repository.sh";
  return Shell(fmt::format("exec sh {} {} {}", script.string(), fixture.string(), target.string()),
               target.parent_path());
}

/// A fixture's service, started in `directory`. The destructor ends it and waits for it.
class FixtureService {
 public:
  FixtureService(const fs::path& directory, const std::string& start)
      : output_(::popen(
            fmt::format("cd {} && exec env -i PATH=\"$PATH\" PORT=0 HOST=127.0.0.1 {} 2>/dev/null",
                        directory.string(), start)
                .c_str(),
            "r")) {
    char line[4096];
    if (output_ == nullptr || std::fgets(line, sizeof line, output_) == nullptr) return;
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (event.is_object()) {
      port_ = event.value("port", std::uint16_t{0});
      pid_ = event.value("pid", -1);
    }
  }
  ~FixtureService() { End(); }

  std::uint16_t port() const { return port_; }
  /// The exit code after SIGTERM, or of a service that did not start.
  int End() {
    if (output_ == nullptr) return exit_code_;
    if (pid_ > 0) ::kill(pid_, SIGTERM);
    const int status = ::pclose(output_);
    output_ = nullptr;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return exit_code_;
  }

 private:
  std::FILE* output_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

TEST(Fixtures, EachHasARowThatPromisesTheSame) {
  std::set<std::string> found;
  for (const fs::path& fixture : AllFixtures()) {
    SCOPED_TRACE(fixture.string());
    EXPECT_NE(Said(fixture, "what"), "");
    EXPECT_NE(Said(fixture, "start"), "");
    const std::string name = fixture.filename().string();
    if (name == "clean") {
      EXPECT_THAT(Said(fixture, "causes"), ::testing::HasSubstr("=PASS"));
      continue;
    }
    const Violation* row = FindFixture(name);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(Said(fixture, "causes"), row->must_cause);
    EXPECT_EQ(fs::relative(fixture, Source()).string(), row->fixture);
    found.insert(name);
  }
  for (const Violation& row : AllViolations()) {
    EXPECT_TRUE(row.fixture.empty() || found.contains(std::string(row.name))) << row.name;
  }
  EXPECT_GE(found.size(), 14u);
}

TEST(Fixtures, EachRunsOnTheMachineOfItsDeveloper) {
  for (const fs::path& fixture : AllFixtures()) {
    SCOPED_TRACE(fixture.string());
    ScratchDirectory scratch;
    const fs::path tree = fs::path(scratch.path()) / "tree";
    ASSERT_EQ(MakeRepository(fixture, tree), 0);
    if (const std::string install = Said(fixture, "install"); !install.empty()) {
      ASSERT_EQ(Shell(fmt::format("cd {} && {}", (tree / "app").string(), install), scratch.path()),
                0);
    }
    FixtureService service(tree / "app", Said(fixture, "start"));
    ASSERT_NE(service.port(), 0);
    const auto answer = RawClient(service.port()).Get("/");
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(service.End(), 0);
  }
}

/// Whether the service starts from a clone of what was committed.
bool StartsFromClone(const std::string& name) {
  const fs::path fixture = Source() / "factors/01_codebase/fixtures" / name;
  ScratchDirectory scratch;
  const fs::path tree = fs::path(scratch.path()) / "tree";
  const fs::path clone = fs::path(scratch.path()) / "clone";
  EXPECT_EQ(MakeRepository(fixture, tree), 0);
  EXPECT_EQ(Shell(fmt::format("git clone -q {} {}", (tree / "app").string(), clone.string()),
                  scratch.path()),
            0);
  FixtureService service(clone, Said(fixture, "start"));
  return service.port() != 0;
}

TEST(Fixtures, WhatWasNotCommittedIsNotInAClone) {
  EXPECT_TRUE(StartsFromClone("clean"));
  for (const char* name :
       {"import-from-sibling", "load-untracked-helper", "needs-uncommitted-file"}) {
    EXPECT_FALSE(StartsFromClone(name)) << name;
  }
}

TEST(Fixtures, NoVcsIsInNoRepositoryAndTheOthersAre) {
  for (const auto& [name, expected] : {std::pair{"no-vcs", false}, {"clean", true}}) {
    ScratchDirectory scratch;
    const fs::path tree = fs::path(scratch.path()) / "tree";
    ASSERT_EQ(MakeRepository(Source() / "factors/01_codebase/fixtures" / name, tree), 0);
    EXPECT_EQ(fs::exists(tree / "app/.git"), expected) << name;
    EXPECT_TRUE(fs::exists(tree / "app/.gitignore")) << name;
  }
}

TEST(Fixtures, TheSameFixtureGivesTheSameCommit) {
  std::set<std::string> commits;
  for (int i = 0; i < 2; ++i) {
    ScratchDirectory scratch;
    const fs::path tree = fs::path(scratch.path()) / "tree";
    ASSERT_EQ(MakeRepository(Source() / "factors/01_codebase/fixtures/clean", tree), 0);
    std::ifstream head(tree / "app/.git/refs/heads/main");
    std::string commit;
    std::getline(head, commit);
    EXPECT_EQ(commit.size(), 40u);
    commits.insert(commit);
  }
  EXPECT_EQ(commits.size(), 1u);
}

TEST(Fixtures, RequiresDevDepDoesNotStartAsProductionInstalls) {
  const fs::path fixture = Source() / "factors/02_dependencies/fixtures/requires-dev-dep";
  ScratchDirectory scratch;
  const fs::path tree = fs::path(scratch.path()) / "tree";
  ASSERT_EQ(MakeRepository(fixture, tree), 0);
  ASSERT_EQ(Shell(fmt::format("cd {} && {} --omit=dev", (tree / "app").string(),
                              Said(fixture, "install")),
                  scratch.path()),
            0);
  EXPECT_EQ(FixtureService(tree / "app", Said(fixture, "start")).port(), 0);
}

TEST(Fixtures, ARefusalNamesWhatIsWrong) {
  ScratchDirectory scratch;
  EXPECT_EQ(MakeRepository("/nowhere", fs::path(scratch.path()) / "tree"), 64);
  EXPECT_EQ(MakeRepository(Source() / "factors/01_codebase/fixtures/clean", scratch.path()), 64);
}

}  // namespace
}  // namespace twelve
