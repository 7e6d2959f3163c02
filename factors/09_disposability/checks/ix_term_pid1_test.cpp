#include "factors/09_disposability/checks/ix_term_pid1.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

std::string Facts(const std::vector<double>& gone_ms) {
  nlohmann::json facts = {{"signal", "SIGTERM"},
                          {"pre_stop_delay_ms", 0.0},
                          {"plain", {{"leader_ended", true}, {"gone", true}, {"gone_ms", 20.0}}},
                          {"pid1", nlohmann::json::array()}};
  for (const double ms : gone_ms) {
    facts["pid1"].push_back({{"leader_ended", ms >= 0}, {"gone", ms >= 0}, {"gone_ms", ms}});
  }
  return facts.dump();
}

Verdict JudgeTimes(const std::vector<double>& gone_ms) {
  return JudgeFacts(TermPid1Check(), Facts(gone_ms)).verdict;
}

TEST(TermPid1, JudgesRecordedTimes) {
  EXPECT_EQ(JudgeTimes({20, 20, 30}), Verdict::kPass);
  EXPECT_EQ(JudgeTimes({10'000, 9'000, 9'500}), Verdict::kPass);
  EXPECT_EQ(JudgeTimes({10'001, 11'000, 12'000}), Verdict::kWarn);
  EXPECT_EQ(JudgeTimes({-1}), Verdict::kFail);
  EXPECT_EQ(JudgeTimes({20, -1, 20, 20, 20}), Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(TermPid1Check()).verdict, Verdict::kInconclusive);
}

TEST(TermPid1, ComparesBothWaysToRun) {
  const Finding finding = JudgeFacts(TermPid1Check(), Facts({-1}));
  EXPECT_THAT(finding.actual, HasSubstr("as PID 1 still running 10 s after SIGTERM"));
  EXPECT_THAT(finding.actual, HasSubstr("as an ordinary process gone 0.02 s after SIGTERM"));
}

TEST(TermPid1, RunsTheControlAsAnOrdinaryProcessFirst) {
  CheckRun run;
  EXPECT_EQ(run.Run(TermPid1Check()).verdict, Verdict::kPass);
  ASSERT_EQ(run.rig.launched().size(), 4u);
  EXPECT_FALSE(run.rig.launched()[0].isolation.pid_namespace);
  EXPECT_TRUE(run.rig.launched()[1].isolation.pid_namespace);
  EXPECT_TRUE(run.rig.launched()[3].isolation.pid_namespace);
}

TEST(TermPid1, OneThatStillAnswersAfterTenSecondsFails) {
  CheckRun run;
  FakeProgram program;
  program.on_signal = {};
  run.rig.Script("", program);
  const Finding finding = run.Run(TermPid1Check());
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_EQ(finding.samples, 1);
  EXPECT_EQ(run.rig.alive(), 0);
}

TEST(TermPid1, OneThatNeedsTwelveSecondsIsAWarning) {
  CheckRun run;
  FakeProgram program;
  program.on_signal = {{15, {seconds(12), {}}}};
  program.answer = [](const std::string&) {
    return FakeAnswer{FakeHttp(200, "ok"), {}, FakeAnswer::End::kClose};
  };
  run.rig.Script("", program);
  const Verdict verdict = run.Run(TermPid1Check()).verdict;
  EXPECT_TRUE(verdict == Verdict::kWarn || verdict == Verdict::kFail);
  EXPECT_EQ(verdict == Verdict::kFail, run.observation.facts["pid1"][0]["answers"].get<bool>())
      << "only one that still answers after 10 s fails";
}

}  // namespace
}  // namespace twelve
