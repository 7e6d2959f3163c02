#include "app/cli/release_run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TreeFiles final : public FileReader {
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

class ReleaseRunPlanTest : public testing::Test {
 protected:
  ReleaseRunPlanTest() {
    release_.number = 7;
    release_.commit = "abcdef0123";
    release_.tag = "abcdef0";
    release_.config = {{"A", {"one", false}}, {"KEY", {"s", true}}};
    files_.files["/t/Procfile"] = "web: serve $PORT $A\nworker: work && done\nadmin: manage $A\n";
  }
  Result<ReleaseRunPlan> Plan() {
    return PlanReleaseRun(release_, "/t", options_, files_, [](std::uint16_t) { return true; });
  }

  Release release_;
  ReleaseRunOptions options_;
  TreeFiles files_;
};

TEST_F(ReleaseRunPlanTest, GroupsByTypeInTheOrderOfTheProcfile) {
  options_.formation = "worker=1,web=2";
  options_.port = 6000;
  const auto plan = Plan();
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  ASSERT_EQ(plan->groups.size(), 2u);
  ASSERT_EQ(plan->groups[0].size(), 2u);
  const ProcessSpec& second = plan->groups[0][1];
  EXPECT_EQ(second.name, "web.2");
  EXPECT_EQ(second.directory, "/t");
  EXPECT_THAT(second.command.argv, ElementsAre("serve", "6001", "one"));
  EXPECT_EQ(plan->groups[1][0].name, "worker.1");
  EXPECT_THAT(plan->notes, ElementsAre(HasSubstr("worker runs under sh -c")));
}

TEST_F(ReleaseRunPlanTest, TheEnvironmentIsThatOfTheReleaseAlone) {
  options_.formation = "web=1";
  const auto plan = Plan();
  ASSERT_TRUE(plan.ok());
  Environment environment = plan->groups[0][0].environment;
  EXPECT_EQ(environment["RELEASE_ID"], "v7");
  EXPECT_EQ(environment["GIT_SHA"], "abcdef0123");
  EXPECT_EQ(environment["KEY"], "s");
  EXPECT_EQ(environment["HOST"], "127.0.0.1");
  std::vector<std::string> names;
  for (const auto& [name, value] : environment) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("A", "GIT_SHA", "HOST", "KEY", "LANG", "PATH", "PORT", "PS",
                                 "RELEASE_ID"));
}

TEST_F(ReleaseRunPlanTest, TheConfigWinsOverWhatIsGivenByDefault) {
  release_.config["HOST"] = {"::1", false};
  release_.config["PATH"] = {"/opt/bin", false};
  options_.formation = "web=1";
  const auto plan = Plan();
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->groups[0][0].environment.at("HOST"), "::1");
  EXPECT_EQ(plan->groups[0][0].environment.at("PATH"), "/opt/bin");
}

TEST_F(ReleaseRunPlanTest, WebIsReadyWhenItAnswersWhereTheDescriptorSays) {
  options_.formation = "web=1,worker=1";
  files_.files["/t/twelve.json"] = R"({"command": "x", "health": "/healthz"} // comment)";
  EXPECT_EQ(std::get<ReadyOnHttp>(Plan()->groups[0][0].readiness).path, "/healthz");
  EXPECT_TRUE(std::holds_alternative<ReadyAfter>(Plan()->groups[1][0].readiness));
  options_.ready_path = "/ready";
  EXPECT_EQ(std::get<ReadyOnHttp>(Plan()->groups[0][0].readiness).path, "/ready");
  options_.ready_path.clear();
  files_.files["/t/twelve.json"] = "not JSON";
  EXPECT_EQ(std::get<ReadyOnHttp>(Plan()->groups[0][0].readiness).path, "/");
}

TEST_F(ReleaseRunPlanTest, MountsTheFilesReadOnlyWhenThatCanBe) {
  options_.formation = "web=1";
  EXPECT_THAT(Plan()->groups[0][0].isolation.read_only_paths, ElementsAre("/t"));
  options_.read_only = false;
  EXPECT_THAT(Plan()->groups[0][0].isolation.read_only_paths, IsEmpty());
}

TEST_F(ReleaseRunPlanTest, SaysWhatIsMissing) {
  options_.formation = "clock=1";
  EXPECT_EQ(Plan().error().code, ErrorCode::kInvalid);
  options_.formation = "web=0";
  EXPECT_EQ(Plan().error().code, ErrorCode::kInvalid);
  files_.files.clear();
  EXPECT_EQ(Plan().error().code, ErrorCode::kNotFound);
}

TEST_F(ReleaseRunPlanTest, ATaskIsATypeOrAWordForAdmin) {
  const auto task = [this](const std::string& name) {
    return PlanAdminTask(release_, "/t", name, {"--all", "x y"}, true, files_);
  };
  const auto by_admin = task("migrate");
  ASSERT_TRUE(by_admin.ok());
  EXPECT_THAT(by_admin->command.argv, ElementsAre("manage", "one", "migrate", "--all", "x y"));
  EXPECT_EQ(by_admin->environment.at("RELEASE_ID"), "v7");
  const auto by_type = task("worker");
  ASSERT_TRUE(by_type.ok());
  EXPECT_THAT(by_type->command.argv,
              ElementsAre("/bin/sh", "-c", "work && done \"$@\"", "worker", "--all", "x y"));
  files_.files["/t/Procfile"] = "web: serve\n";
  const auto none = task("migrate");
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr("no \"migrate\" and no \"admin\"; it has web"));
}

}  // namespace
}  // namespace twelve
