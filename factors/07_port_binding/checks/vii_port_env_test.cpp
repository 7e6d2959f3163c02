#include "factors/07_port_binding/checks/vii_port_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

nlohmann::json Attempt(int told, int listens_on, bool answered) {
  return {{"told", told},
          {"answered", answered},
          {"status", answered ? 200 : 0},
          {"listeners", {{{"address", "127.0.0.1"}, {"port", listens_on}, {"pid", 7}}}}};
}

Finding JudgeAttempts(const std::vector<nlohmann::json>& attempts,
                      const std::string& variable = "PORT") {
  const nlohmann::json facts = {
      {"variable", variable}, {"attempts", attempts}, {"reproduction", "curl"}};
  return JudgeFacts(PortEnvCheck(), facts.dump());
}

TEST(PortEnv, JudgesRecordedListeners) {
  EXPECT_EQ(JudgeAttempts({Attempt(1, 1, true), Attempt(2, 2, true)}).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeAttempts({Attempt(1, 1, true), Attempt(2, 2, true)}, "SERVER_PORT").verdict,
            Verdict::kWarn);
  const Finding fixed = JudgeAttempts({Attempt(20001, 8080, false)});
  EXPECT_EQ(fixed.verdict, Verdict::kFail);
  EXPECT_EQ(fixed.actual, "told PORT=20001, it listens on 127.0.0.1:8080");
  EXPECT_EQ(fixed.evidence.back().kind, "reproduction");
  EXPECT_EQ(JudgeAttempts({Attempt(1, 1, true), Attempt(2, 1, false)}).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeAttempts({Attempt(1, 1, true)}).verdict, Verdict::kInconclusive);
  const Finding mute = JudgeAttempts({Attempt(1, 1, false), Attempt(2, 2, false)});
  EXPECT_EQ(mute.verdict, Verdict::kInconclusive);
  EXPECT_THAT(mute.why, HasSubstr("no complete HTTP answer"));
  EXPECT_EQ(JudgeAttempts({}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(PortEnvCheck()).verdict, Verdict::kInconclusive);
}

TEST(PortEnv, StartsItWithTwoPorts) {
  CheckRun run;
  run.target.port_variable = "PORT";
  const Finding finding = run.Run(PortEnvCheck());
  EXPECT_EQ(finding.verdict, Verdict::kPass) << finding.why << finding.actual;
  ASSERT_EQ(run.rig.launched().size(), 2u);
  EXPECT_NE(run.rig.launched()[0].environment.at("PORT"),
            run.rig.launched()[1].environment.at("PORT"));
}

TEST(PortEnv, OneThatOpensNoPortIsNotJudged) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  run.rig.Script("", program);
  const Finding finding = run.Run(PortEnvCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(finding.why, "the service opened no port within 60 s");
  EXPECT_TRUE(run.observation.unready);
}

TEST(PortEnv, OneThatEndsSaysItsLastLine) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  program.prints = {{milliseconds(1), "config.yml is missing\n"}};
  program.ends_by_itself = FakeProgram::Reaction{milliseconds(20), {false, 2, false}};
  run.rig.Script("", program);
  const Finding finding = run.Run(PortEnvCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(finding.why, HasSubstr("exit 2"));
  EXPECT_THAT(finding.why, HasSubstr("config.yml is missing"));
}

}  // namespace
}  // namespace twelve
