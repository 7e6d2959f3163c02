#include "app/cli/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class FakeFiles final : public FileReader {
 public:
  Result<std::string> Read(const std::string& path, std::size_t) const override {
    const auto found = files.find(path);
    if (found == files.end()) {
      return Error{ErrorCode::kNotFound, "cannot read " + path + ": no such file", {}, 0};
    }
    return found->second;
  }
  bool Exists(const std::string& path) const override { return files.count(path) != 0; }
  std::map<std::string, std::string> files;
};

class RunPlanTest : public testing::Test {
 protected:
  RunPlan Plan() {
    auto planned = PlanRun(options_, shell_, files_, [](std::uint16_t) { return true; });
    if (const auto* refusal = std::get_if<RunRefusal>(&planned)) {
      ADD_FAILURE() << refusal->message;
      return {};
    }
    return std::get<RunPlan>(std::move(planned));
  }
  RunRefusal Refusal() {
    auto planned = PlanRun(options_, shell_, files_, [](std::uint16_t) { return true; });
    EXPECT_TRUE(std::holds_alternative<RunRefusal>(planned));
    return std::get<RunRefusal>(planned);
  }

  FakeFiles files_;
  RunOptions options_;
  Environment shell_ = {{"PATH", "/bin"}, {"A", "shell"}};
};

TEST_F(RunPlanTest, GivesEachItsEnvironmentPortAndDirectory) {
  files_.files["app/Procfile"] = "web: serve $PORT $A $B\nworker: work && done\n";
  files_.files["app/.env"] = "A=file\nB=file\n";
  options_.procfile = "app/Procfile";
  options_.formation = "web=2,worker=1";
  const RunPlan plan = Plan();
  ASSERT_EQ(plan.specs.size(), 3u);
  const ProcessSpec& second = plan.specs[1];
  EXPECT_EQ(second.name, "web.2");
  EXPECT_EQ(second.port, 5001);
  EXPECT_EQ(second.directory, "app");
  EXPECT_THAT(second.command.argv, ElementsAre("serve", "5001", "shell", "file"));
  EXPECT_EQ(second.environment.at("PS"), "web.2");
  EXPECT_EQ(second.environment.at("PATH"), "/bin");
  EXPECT_EQ(plan.specs[2].port, 5100);
  EXPECT_TRUE(plan.specs[2].command.shell);
  EXPECT_THAT(plan.notes, Contains(HasSubstr("app/.env:1: A is set in your shell already")));
  EXPECT_THAT(plan.notes, Contains(HasSubstr("worker runs under sh -c because of \"&&\"")));
  EXPECT_THAT(plan.notes, Not(Contains(HasSubstr("B is set"))));
}

TEST_F(RunPlanTest, ThePortOfTheOptionsComesFirstThenShellThenFile) {
  files_.files["Procfile"] = "web: a\n";
  files_.files[".env"] = "PORT=7000\n";
  EXPECT_EQ(Plan().specs[0].port, 7000);
  shell_["PORT"] = "6000";
  EXPECT_EQ(Plan().specs[0].port, 6000);
  options_.port = 8000;
  EXPECT_EQ(Plan().specs[0].port, 8000);
}

TEST_F(RunPlanTest, ABadPortIsRefused) {
  files_.files["Procfile"] = "web: a\n";
  for (const char* port : {"x", "0", "65536", "80 ", "-1"}) {
    shell_["PORT"] = port;
    EXPECT_EQ(Refusal().exit_code, 64) << port;
  }
}

TEST_F(RunPlanTest, TheLastEnvironmentFileCounts) {
  files_.files["Procfile"] = "web: a\n";
  files_.files[".env"] = "C=never read\n";
  files_.files["one"] = "B=1\nD=1\n";
  files_.files["two"] = "B=2\n";
  options_.env_files = {"one", "two"};
  const Environment environment = Plan().specs[0].environment;
  EXPECT_EQ(environment.at("B"), "2");
  EXPECT_EQ(environment.at("D"), "1");
  EXPECT_EQ(environment.count("C"), 0u);
}

TEST_F(RunPlanTest, WhatCannotBeReadIsRefusedWithThePlace) {
  EXPECT_EQ(Refusal().exit_code, 66);
  files_.files["Procfile"] = "web: a 'b\n";
  EXPECT_EQ(Refusal().message,
            "Procfile:1: in the command of web, column 3: the quote ' is never closed; correct the "
            "command line");
  files_.files["Procfile"] = "web: a\n";
  files_.files[".env"] = "\nA='b\n";
  EXPECT_EQ(Refusal().exit_code, 66);
  EXPECT_THAT(Refusal().message, HasSubstr(".env:2:3: the quote '"));
}

TEST_F(RunPlanTest, NothingToRunIsRefused) {
  files_.files["Procfile"] = "web: a\n";
  options_.formation = "web=0";
  EXPECT_EQ(Refusal().exit_code, 64);
  files_.files["Procfile"] = "release: a\n";
  options_.formation = "";
  EXPECT_EQ(Refusal().exit_code, 64);
}

TEST_F(RunPlanTest, AFileOfAnotherKindDoesNotFloodTheNotes) {
  files_.files["Procfile"] = "web: a\n";
  for (int i = 0; i < 1000; ++i) files_.files["Procfile"] += "{ not a process }\n";
  const RunPlan plan = Plan();
  EXPECT_EQ(plan.notes.size(), 21u);
  EXPECT_EQ(plan.notes.back(), "Procfile: 980 more warnings");
}

}  // namespace
}  // namespace twelve
