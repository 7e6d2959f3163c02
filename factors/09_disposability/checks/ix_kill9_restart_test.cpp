#include "factors/09_disposability/checks/ix_kill9_restart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Restarts by their time; a negative one was refused.
nlohmann::json Restarts(const std::vector<double>& times) {
  nlohmann::json list = nlohmann::json::array();
  for (const double ms : times) {
    list.push_back({{"ready", ms >= 0}, {"ready_ms", ms}, {"problem", ms >= 0 ? "" : "app.lock"}});
  }
  return list;
}

Finding JudgeTimes(double first_ms, const std::vector<double>& plain,
                   const std::vector<double>& pid1 = {}) {
  const nlohmann::json facts = {
      {"first_ms", first_ms}, {"restarts", Restarts(plain)}, {"pid_namespace", Restarts(pid1)}};
  return JudgeFacts(Kill9RestartCheck(), facts.dump());
}

TEST(Kill9Restart, JudgesRecordedRestarts) {
  EXPECT_EQ(JudgeTimes(60, {60, 60, 60, 60, 60}, {60, 60}).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeTimes(60, {60, 60, 60, 60, 2'059}).verdict, Verdict::kPass) << "slack";
  EXPECT_EQ(JudgeTimes(60, {60, 60, 60, 60, 2'061}).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeTimes(4'000, {4'000, 4'000, 4'000, 4'000, 7'999}).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeTimes(4'000, {4'000, 4'000, 4'000, 4'000, 8'001}).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeTimes(60, {-1, -1}).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeTimes(60, {60, -1, 60, 60, 60}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeTimes(60, {60}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(Kill9RestartCheck()).verdict, Verdict::kInconclusive);
}

TEST(Kill9Restart, SaysThatThePidFileIsTheTrouble) {
  const Finding finding = JudgeTimes(60, {60, 60, 60, 60, 60}, {-1, -1});
  EXPECT_EQ(finding.verdict, Verdict::kFail);
  EXPECT_THAT(finding.actual, HasSubstr("as PID 1, where the pid is always the same"));
}

TEST(Kill9Restart, RestartsInTheSamePlace) {
  CheckRun run;
  const Finding finding = run.Run(Kill9RestartCheck());
  EXPECT_EQ(finding.verdict, Verdict::kPass) << finding.why << finding.actual;
  EXPECT_EQ(finding.samples, 7);
  const std::vector<ProcessSpec>& launched = run.rig.launched();
  ASSERT_EQ(launched.size(), 9u);
  for (std::size_t i = 1; i < 6; ++i) {
    EXPECT_EQ(launched[i].port, launched[0].port);
    EXPECT_EQ(launched[i].environment.at("TMPDIR"), launched[0].environment.at("TMPDIR"));
  }
  EXPECT_TRUE(launched[8].isolation.pid_namespace);
  EXPECT_EQ(run.rig.alive(), 0);
}

TEST(Kill9Restart, SeesAServiceThatRefusesToStartAgain) {
  CheckRun run;
  run.rig.After(milliseconds(1), [&run] {
    FakeProgram refuses;
    refuses.ready_after.reset();
    refuses.prints = {{milliseconds(1), "app.lock exists: already running?\n"}};
    refuses.ends_by_itself = FakeProgram::Reaction{milliseconds(20), {false, 1, false}};
    run.rig.Script("", refuses);
  });
  FakeProgram slow;
  slow.ready_after = milliseconds(100);
  run.rig.Script("", slow);
  const Finding finding = run.Run(Kill9RestartCheck());
  EXPECT_EQ(finding.verdict, Verdict::kFail) << finding.why;
  EXPECT_THAT(finding.actual, HasSubstr("2 of 2 restarts failed"));
  EXPECT_THAT(finding.actual, HasSubstr("app.lock exists"));
}

}  // namespace
}  // namespace twelve
