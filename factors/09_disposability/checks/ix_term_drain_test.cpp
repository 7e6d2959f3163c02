#include "factors/09_disposability/checks/ix_term_drain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Finding JudgeOutcomes(const std::vector<std::string>& outcomes, bool gone = true) {
  nlohmann::json facts = {{"signal", "SIGTERM"},
                          {"pre_stop_delay_ms", 0.0},
                          {"control", {{"status", 200}, {"took_ms", 3000.0}, {"bytes", 5}}},
                          {"runs", nlohmann::json::array()}};
  for (const std::string& outcome : outcomes) {
    facts["runs"].push_back({{"outcome", outcome},
                             {"status", outcome == "complete" ? 200 : 0},
                             {"bytes", 5},
                             {"problem", "reset"},
                             {"signal_ms", 900.0},
                             {"answer_ms", 3000.0},
                             {"gone", gone},
                             {"gone_ms", 2100.0},
                             {"exit", "exit 0"}});
  }
  return JudgeFacts(TermDrainCheck(), facts.dump());
}

TEST(TermDrain, JudgesRecordedRuns) {
  EXPECT_EQ(JudgeOutcomes({"complete", "complete", "complete"}).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeOutcomes({"complete"}, false).verdict, Verdict::kWarn);
  for (const char* outcome : {"cut", "error", "shorter"}) {
    EXPECT_EQ(JudgeOutcomes({outcome, outcome, outcome}).verdict, Verdict::kFail) << outcome;
  }
  EXPECT_EQ(JudgeOutcomes({"complete", "cut", "complete", "complete", "complete"}).verdict,
            Verdict::kInconclusive);
  EXPECT_EQ(JudgeOutcomes({"early", "early", "early"}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeOutcomes({}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(TermDrainCheck()).verdict, Verdict::kInconclusive);
}

TEST(TermDrain, NeedsADeclaredSlowPath) {
  ASSERT_EQ(TermDrainCheck().needs.size(), 1u);
  EXPECT_EQ(TermDrainCheck().needs[0].name, "slow");
  EXPECT_FALSE(Declares(Target{}, TermDrainCheck().needs[0].name));
}

/// A service with a slow path, in fake time.
class TermDrainRun : public testing::Test {
 protected:
  TermDrainRun() { run_.target.slow_path = "/slow"; }
  static FakeProgram Slow(Duration takes) {
    FakeProgram program;
    program.answer = [takes](const std::string& request) {
      const bool slow = request.find("/slow") != std::string::npos;
      return FakeAnswer{FakeHttp(200, "hello"), slow ? takes : Duration{}, FakeAnswer::End::kClose};
    };
    return program;
  }
  CheckRun run_;
};

TEST_F(TermDrainRun, AnAnswerThatComesAfterTheSignalIsDrained) {
  FakeProgram program = Slow(seconds(3));
  program.on_signal = {{15, {seconds(5), {}}}};
  run_.rig.Script("", program);
  const Finding finding = run_.Run(TermDrainCheck());
  EXPECT_EQ(finding.verdict, Verdict::kPass) << finding.actual << finding.why;
  EXPECT_EQ(finding.samples, 3);
  EXPECT_THAT(finding.actual, HasSubstr("3 of 3 requests complete"));
}

TEST_F(TermDrainRun, AServiceThatEndsAtOnceCutsTheAnswer) {
  run_.rig.Script("", Slow(seconds(3)));
  const Finding finding = run_.Run(TermDrainCheck());
  EXPECT_EQ(finding.verdict, Verdict::kFail) << finding.why;
  EXPECT_EQ(finding.evidence.back().kind, "reproduction");
  EXPECT_THAT(finding.evidence.back().text, HasSubstr("/slow"));
}

TEST_F(TermDrainRun, AServiceThatAnswersButStaysIsAWarning) {
  FakeProgram program = Slow(seconds(3));
  program.on_signal = {};
  run_.rig.Script("", program);
  EXPECT_EQ(run_.Run(TermDrainCheck()).verdict, Verdict::kWarn);
}

TEST_F(TermDrainRun, ASlowPathThatIsFastIsNoExperiment) {
  run_.rig.Script("", Slow(milliseconds(20)));
  const Finding finding = run_.Run(TermDrainCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(finding.why, HasSubstr("too fast"));
}

TEST_F(TermDrainRun, AControlThatFailsIsNoExperiment) {
  FakeProgram program;
  program.answer = [](const std::string& request) {
    const bool slow = request.find("/slow") != std::string::npos;
    return FakeAnswer{FakeHttp(slow ? 500 : 200, "x"), slow ? seconds(2) : seconds(0),
                      FakeAnswer::End::kClose};
  };
  run_.rig.Script("", program);
  const Finding finding = run_.Run(TermDrainCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(finding.why, HasSubstr("the control failed"));
}

}  // namespace
}  // namespace twelve
