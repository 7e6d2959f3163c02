#include "factors/09_disposability/checks/ix_term_idle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// Facts with one sample for each time; a negative one never ended.
std::string Facts(const std::vector<double>& gone_ms, double delay_ms = 0) {
  nlohmann::json facts = {{"signal", "SIGTERM"},
                          {"pre_stop_delay_ms", delay_ms},
                          {"samples", nlohmann::json::array()},
                          {"reproduction", "kill -TERM $pid\n"}};
  for (const double ms : gone_ms) {
    facts["samples"].push_back({{"leader_ended", ms >= 0},
                                {"leader_ms", ms},
                                {"exit", "exit 0"},
                                {"gone", ms >= 0},
                                {"gone_ms", ms},
                                {"answers", ms < 0}});
  }
  return facts.dump();
}

Verdict JudgeTimes(const std::vector<double>& gone_ms, double delay_ms = 0) {
  return JudgeFacts(TermIdleCheck(), Facts(gone_ms, delay_ms)).verdict;
}

TEST(TermIdle, JudgesRecordedTimes) {
  EXPECT_EQ(JudgeTimes({20, 25, 19}), Verdict::kPass);
  EXPECT_EQ(JudgeTimes({9'999, 9'999, 10'000}), Verdict::kPass);
  EXPECT_EQ(JudgeTimes({10'001, 10'001, 10'001}), Verdict::kWarn);
  EXPECT_EQ(JudgeTimes({30'000, 29'000, 30'000}), Verdict::kWarn);
  EXPECT_EQ(JudgeTimes({30'001}), Verdict::kFail);
  EXPECT_EQ(JudgeTimes({-1}), Verdict::kFail);
  EXPECT_EQ(JudgeTimes({20, 20, -1, 20, 20}), Verdict::kInconclusive);
  EXPECT_EQ(JudgeTimes({12'000, 12'000, 12'000}, 5'000), Verdict::kPass) << "declared delay";
  EXPECT_EQ(JudgeTimes({}), Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(TermIdleCheck()).verdict, Verdict::kInconclusive);
}

TEST(TermIdle, AFailShowsHowToSeeItAndAMixShowsItsSamples) {
  const Finding fail = JudgeFacts(TermIdleCheck(), Facts({-1}));
  EXPECT_EQ(fail.evidence.back().kind, "reproduction");
  EXPECT_THAT(fail.actual, HasSubstr("still running 30 s after SIGTERM, and answering"));
  const Finding mixed = JudgeFacts(TermIdleCheck(), Facts({20, -1, 20, 20, 20}));
  EXPECT_THAT(mixed.why, HasSubstr("PASS FAIL PASS PASS PASS"));
}

TEST(TermIdle, SeesAServiceThatEndsAtOnce) {
  CheckRun run;
  const Finding finding = run.Run(TermIdleCheck());
  EXPECT_EQ(finding.verdict, Verdict::kPass) << finding.why << finding.actual;
  EXPECT_EQ(finding.samples, 3);
  EXPECT_EQ(run.rig.signals().size(), 3u);
  EXPECT_EQ(run.rig.signals()[0].target, SignalTarget::kLeader);
  EXPECT_EQ(run.rig.alive(), 0);
}

TEST(TermIdle, SeesAServiceThatIgnoresTheSignalAndAsksOnce) {
  CheckRun run;
  FakeProgram program;
  program.on_signal = {};
  run.rig.Script("", program);
  const TimePoint begin = run.rig.clock().Now();
  const Finding finding = run.Run(TermIdleCheck());
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_EQ(finding.samples, 1);
  EXPECT_GE(run.rig.clock().Now() - begin, seconds(30));
  EXPECT_LE(run.rig.clock().Now() - begin, seconds(40));
  EXPECT_EQ(run.rig.alive(), 0) << "nothing may be left for the next check";
}

TEST(TermIdle, UsesTheDeclaredStopSignal) {
  CheckRun run;
  FakeProgram program;
  program.on_signal = {{3, {milliseconds(10), {}}}};
  run.rig.Script("", program);
  run.target.stop_signal = 3;
  EXPECT_EQ(run.Run(TermIdleCheck()).verdict, Verdict::kPass);
}

TEST(TermIdle, AnOrphanThatStaysIsNoEnd) {
  CheckRun run;
  FakeProgram program;
  program.children = {"node server.js"};
  program.children_outlive_it = true;
  run.rig.Script("", program);
  const Finding finding = run.Run(TermIdleCheck());
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_THAT(finding.actual, HasSubstr("node server.js"));
}

TEST(TermIdle, NothingIsSaidOfAServiceThatDoesNotStart) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  program.ends_by_itself = FakeProgram::Reaction{milliseconds(50), {false, 3, false}};
  run.rig.Script("", program);
  const Finding finding = run.Run(TermIdleCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(run.observation.unready);
  EXPECT_THAT(finding.why, HasSubstr("exit 3"));
}

TEST(TermIdle, NothingIsSaidOfAServiceThatNeverAnswers) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  run.rig.Script("", program);
  const Finding finding = run.Run(TermIdleCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(finding.why, HasSubstr("did not answer GET / on port"));
}

}  // namespace
}  // namespace twelve
