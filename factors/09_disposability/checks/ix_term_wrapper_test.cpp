#include "factors/09_disposability/checks/ix_term_wrapper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using testing::HasSubstr;

nlohmann::json Sample(bool leader_ended, bool gone) {
  return {{"leader_ended", leader_ended},
          {"leader_ms", 5.0},
          {"exit", "SIGTERM"},
          {"gone", gone},
          {"gone_ms", 8.0},
          {"processes_before", 2},
          {"answers", !gone},
          {"survivors", gone ? nlohmann::json::array() : nlohmann::json::array({"12 node a.js"})}};
}

Finding JudgeSamples(const std::vector<nlohmann::json>& samples) {
  nlohmann::json facts = {{"signal", "SIGTERM"}, {"pre_stop_delay_ms", 0.0}, {"shell", "&&"}};
  facts["samples"] = samples;
  return JudgeFacts(TermWrapperCheck(), facts.dump());
}

TEST(TermWrapper, JudgesRecordedSurvivors) {
  const nlohmann::json good = Sample(true, true);
  const nlohmann::json bad = Sample(true, false);
  EXPECT_EQ(JudgeSamples({good, good, good}).verdict, Verdict::kPass);
  const Finding fail = JudgeSamples({bad, bad, bad});
  EXPECT_EQ(fail.verdict, Verdict::kFail);
  EXPECT_THAT(fail.actual, HasSubstr("12 node a.js, answering requests"));
  EXPECT_THAT(fail.actual, HasSubstr("needs a shell because of &&"));
  EXPECT_EQ(JudgeSamples({good, bad, good, good, good}).verdict, Verdict::kInconclusive);
  const Finding ignored = JudgeSamples({Sample(false, false)});
  EXPECT_EQ(ignored.verdict, Verdict::kInconclusive);
  EXPECT_THAT(ignored.why, HasSubstr("did not end within 10 s"));
  EXPECT_EQ(JudgeSamples({}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(TermWrapperCheck()).verdict, Verdict::kInconclusive);
}

TEST(TermWrapper, SeesAnOrphan) {
  CheckRun run;
  FakeProgram program;
  program.children = {"node server.js"};
  program.children_outlive_it = true;
  run.rig.Script("", program);
  const Finding finding = run.Run(TermWrapperCheck());
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_EQ(finding.samples, 3);
  EXPECT_THAT(finding.actual, HasSubstr("node server.js"));
  EXPECT_EQ(run.rig.alive(), 0);
}

TEST(TermWrapper, ATreeThatGoesTogetherPasses) {
  CheckRun run;
  FakeProgram program;
  program.children = {"worker 1", "worker 2"};
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(TermWrapperCheck()).verdict, Verdict::kPass);
}

TEST(TermWrapper, OneThatIgnoresTheSignalSaysNothing) {
  CheckRun run;
  FakeProgram program;
  program.on_signal = {};
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(TermWrapperCheck()).verdict, Verdict::kInconclusive);
}

}  // namespace
}  // namespace twelve
