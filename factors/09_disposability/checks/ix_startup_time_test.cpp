#include "factors/09_disposability/checks/ix_startup_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Verdict JudgeStarts(const std::vector<double>& ms, double calibration = 1) {
  const nlohmann::json facts = {{"samples_ms", ms}, {"never_ms", 0.0}};
  return JudgeFacts(StartupTimeCheck(), facts.dump(), calibration).verdict;
}

TEST(StartupTime, JudgesTheMedian) {
  EXPECT_EQ(JudgeStarts({60, 61, 62, 63, 9'000}), Verdict::kPass);
  EXPECT_EQ(JudgeStarts({5'000, 5'000, 5'000, 5'000, 5'000}), Verdict::kPass);
  EXPECT_EQ(JudgeStarts({5'001, 5'001, 5'001, 5'001, 5'001}), Verdict::kWarn);
  EXPECT_EQ(JudgeStarts({60'000, 60'000, 60'000, 60'000, 60'000}), Verdict::kWarn);
  EXPECT_EQ(JudgeStarts({60'001, 60'001, 60'001, 60'001, 60'001}), Verdict::kFail);
  EXPECT_EQ(JudgeStarts({9'000, 9'000, 9'000, 9'000, 9'000}, 2), Verdict::kPass) << "slow machine";
  EXPECT_EQ(JudgeStarts({60, 60}), Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(StartupTimeCheck()).verdict, Verdict::kInconclusive);
}

TEST(StartupTime, TimesFiveStarts) {
  CheckRun run;
  FakeProgram program;
  program.ready_after = milliseconds(250);
  run.rig.Script("", program);
  const Finding finding = run.Run(StartupTimeCheck());
  EXPECT_EQ(finding.verdict, Verdict::kPass);
  EXPECT_EQ(finding.samples, 5);
  EXPECT_THAT(finding.actual, HasSubstr("median of 5 starts"));
}

TEST(StartupTime, SlowBootIsAWarning) {
  CheckRun run;
  FakeProgram program;
  program.ready_after = seconds(12);
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(StartupTimeCheck()).verdict, Verdict::kWarn);
}

TEST(StartupTime, OneThatLivesAMinuteWithoutAnAnswerFails) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  run.rig.Script("", program);
  const Finding finding = run.Run(StartupTimeCheck());
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_EQ(finding.evidence.back().kind, "reproduction");
}

TEST(StartupTime, OneThatWasGivenLessThanAMinuteIsNotJudged) {
  CheckRun run;
  run.target.ready_timeout = seconds(5);
  FakeProgram program;
  program.ready_after.reset();
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(StartupTimeCheck()).verdict, Verdict::kInconclusive);
}

TEST(StartupTime, OneThatEndsByItselfIsNotJudged) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  program.ends_by_itself = FakeProgram::Reaction{milliseconds(5), {false, 1, false}};
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(StartupTimeCheck()).verdict, Verdict::kInconclusive);
}

}  // namespace
}  // namespace twelve
