#include "factors/11_logs/checks/xi_stdout_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

Finding JudgeStreams(bool on_stdout, bool on_stderr, int out_lines, int err_lines,
                     const std::string& came = "live", const std::vector<std::string>& files = {}) {
  const nlohmann::json arrival = {{"delay_ms", 1.0}, {"came", came}};
  nlohmann::json marker = {{"text", "m"}, {"stdout", nullptr}, {"stderr", nullptr}};
  if (on_stdout) marker["stdout"] = arrival;
  if (on_stderr) marker["stderr"] = arrival;
  const nlohmann::json facts = {{"files", files},
                                {"reproduction", "grep"},
                                {"marker", marker},
                                {"stdout_lines", out_lines},
                                {"stderr_lines", err_lines}};
  return JudgeFacts(StdoutEventsCheck(), facts.dump());
}

TEST(StdoutEvents, JudgesRecordedStreams) {
  EXPECT_EQ(JudgeStreams(true, false, 1, 0).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeStreams(true, true, 1, 1).verdict, Verdict::kPass);
  EXPECT_THAT(JudgeStreams(true, false, 1, 0, "at_end").actual, HasSubstr("XI-latency"));
  EXPECT_EQ(JudgeStreams(false, true, 0, 1).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeStreams(false, false, 3, 0).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeStreams(false, false, 0, 3).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeStreams(false, false, 0, 0).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(StdoutEventsCheck()).verdict, Verdict::kInconclusive);
}

TEST(StdoutEvents, AFileAloneFailsAndBesideStdoutDoesNot) {
  const Finding only = JudgeStreams(false, false, 0, 1, "live", {"/srv/app.log"});
  EXPECT_EQ(only.verdict, Verdict::kFail);
  EXPECT_EQ(only.actual, "the request is in a file only: /srv/app.log");
  EXPECT_EQ(only.evidence.back().kind, "reproduction");
  EXPECT_EQ(JudgeStreams(true, false, 1, 0, "live", {"/srv/app.log"}).verdict, Verdict::kPass);
}

TEST(StdoutEvents, AServiceThatPrintsNothingIsNotJudged) {
  CheckRun run;
  const Finding finding = run.Run(StdoutEventsCheck());
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(finding.why, "it printed nothing from its start to its end");
}

TEST(StdoutEvents, ABannerAloneIsAWarning) {
  CheckRun run;
  FakeProgram program;
  program.prints = {{milliseconds(1), "listening\n"}};
  run.rig.Script("", program);
  const Finding finding = run.Run(StdoutEventsCheck());
  EXPECT_EQ(finding.verdict, Verdict::kWarn);
  EXPECT_THAT(finding.actual, HasSubstr("none for the request"));
}

}  // namespace
}  // namespace twelve
