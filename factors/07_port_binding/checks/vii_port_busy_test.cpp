#include "factors/07_port_binding/checks/vii_port_busy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

struct Busy {
  bool ended = true;
  bool failed = true;
  std::string message = "bind: address already in use";
  int listens_on = 0;
};

Finding JudgeBusy(const Busy& busy) {
  nlohmann::json facts = {{"port", 20001},          {"ended", busy.ended},
                          {"failed", busy.failed},  {"exit", busy.failed ? "exit 1" : "exit 0"},
                          {"after_ms", 120.0},      {"message", busy.message},
                          {"reproduction", "curl"}, {"listeners", nlohmann::json::array()}};
  if (busy.listens_on != 0) {
    facts["listeners"].push_back({{"address", "::"}, {"port", busy.listens_on}, {"pid", 7}});
  }
  return JudgeFacts(PortBusyCheck(), facts.dump());
}

TEST(PortBusy, JudgesRecordedEnds) {
  EXPECT_EQ(JudgeBusy({}).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeBusy({true, true, "", 0}).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeBusy({true, false, "already in use", 0}).verdict, Verdict::kFail);
  const Finding idle = JudgeBusy({false, false, "", 0});
  EXPECT_EQ(idle.verdict, Verdict::kFail);
  EXPECT_EQ(idle.actual, "after 15 s it still ran without a port");
  const Finding elsewhere = JudgeBusy({false, false, "port taken, trying the next", 20002});
  EXPECT_EQ(elsewhere.verdict, Verdict::kFail);
  EXPECT_THAT(elsewhere.actual, HasSubstr("[::]:20002"));
  EXPECT_EQ(elsewhere.evidence.back().kind, "reproduction");
  EXPECT_EQ(JudgeBlocked(PortBusyCheck()).verdict, Verdict::kInconclusive);
}

TEST(PortBusy, SeesAServiceThatGivesUp) {
  CheckRun run;
  const Finding finding = run.Run(PortBusyCheck());
  EXPECT_EQ(finding.verdict, Verdict::kPass) << finding.actual;
  ASSERT_EQ(run.rig.launched().size(), 2u);
  EXPECT_EQ(run.rig.launched()[0].port, run.rig.launched()[1].port);
}

TEST(PortBusy, SeesAServiceThatRunsOn) {
  CheckRun run;
  FakeProgram program;
  program.needs_its_port = false;
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(PortBusyCheck()).verdict, Verdict::kFail);
}

TEST(PortBusy, AServiceThatDoesNotStartOnAFreePortIsNotJudged) {
  CheckRun run;
  FakeProgram program;
  program.ready_after.reset();
  program.ends_by_itself = FakeProgram::Reaction{milliseconds(5), {false, 1, false}};
  run.rig.Script("", program);
  EXPECT_EQ(run.Run(PortBusyCheck()).verdict, Verdict::kInconclusive);
}

}  // namespace
}  // namespace twelve
