#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gui/gui_driver.h"

namespace twelve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Check& Sample(int index) {
  static const std::vector<Check> kChecks = [] {
    std::vector<Check> checks(3);
    const std::string_view ids[] = {"VII-port-env", "IX-term-idle", "XI-latency"};
    for (std::size_t i = 0; i < 3; i++) {
      checks[i].id = ids[i];
      checks[i].factor = i == 0 ? 7 : i == 1 ? 9 : 11;
      checks[i].question = "Does it keep what this check asks?";
      checks[i].level = Level::kMust;
      checks[i].requirement = "The rule in our words.";
      checks[i].remedy = "Do this instead.";
    }
    return checks;
  }();
  return kChecks[static_cast<std::size_t>(index)];
}

CheckSnapshot MakeRun(bool over) {
  CheckSnapshot run;
  run.target = "gunicorn app:app";
  run.running = !over;
  run.rows = {{&Sample(0), CheckRow::State::kDone, {}, {}},
              {&Sample(1), over ? CheckRow::State::kDone : CheckRow::State::kRunning, {}, {}},
              {&Sample(2), over ? CheckRow::State::kDone : CheckRow::State::kWaiting, {}, {}}};
  run.rows[0].finding.verdict = Verdict::kPass;
  run.rows[1].finding.verdict = Verdict::kFail;
  run.rows[1].finding.actual = "It ignored SIGTERM for 10 s.";
  run.rows[1].finding.evidence = {{"reproduction", "./service &\nkill -TERM $!"}};
  run.rows[2].finding.verdict = Verdict::kInconclusive;
  run.rows[2].finding.why = "It never became ready.";
  if (over) run.exit_code = 1;
  run.generation = over ? 2 : 1;
  return run;
}

class CheckPage : public testing::Test {
 protected:
  CheckPage() { driver_.shell().OpenCheck(); }

  FakeModel model_;
  GuiDriver driver_{model_};
};

TEST_F(CheckPage, ChecksWhatWasTyped) {
  driver_.Frames(3);
  ASSERT_TRUE(driver_.Click("check/command/service command"));
  driver_.Type("gunicorn app:app");
  ASSERT_TRUE(driver_.Click("check/command/Check it"));
  EXPECT_THAT(model_.checked, ElementsAre("gunicorn app:app"));
}

TEST_F(CheckPage, NothingTypedCannotBeChecked) {
  driver_.Frames(3);
  (void)driver_.Click("check/command/Check it");
  EXPECT_THAT(model_.checked, testing::IsEmpty());
}

TEST_F(CheckPage, TheReferenceServiceIsOneClickAway) {
  driver_.Frames(3);
  ASSERT_TRUE(driver_.Click("check/command/reference"));
  EXPECT_THAT(model_.checked, ElementsAre("twelve-service web"));
}

TEST_F(CheckPage, SaysEveryVerdictAndTheExitCode) {
  model_.ShowCheck(MakeRun(true));
  driver_.Frames(3);
  EXPECT_EQ(driver_.Value("check/checks/VII-port-env"), "pass");
  EXPECT_EQ(driver_.Value("check/checks/IX-term-idle"), "FAIL");
  EXPECT_EQ(driver_.Value("check/checks/XI-latency"), "not measured");
  EXPECT_EQ(driver_.Value("check/sum/sentence"),
            "3 checked: 1 fails, 1 not measured, 1 pass. Exit code in CI: 1");
}

TEST_F(CheckPage, ARunThatGoesOnCanBeStopped) {
  model_.ShowCheck(MakeRun(false));
  driver_.Frames(3);
  EXPECT_EQ(driver_.Value("check/checks/IX-term-idle"), "running");
  ASSERT_TRUE(driver_.Click("check/command/Stop"));
  EXPECT_TRUE(model_.check_stopped);
}

TEST_F(CheckPage, ASelectedCheckShowsItsProofAndCanBeDoneAgain) {
  model_.ShowCheck(MakeRun(true));
  driver_.Frames(3);
  ASSERT_TRUE(driver_.Click("check/checks/IX-term-idle"));
  driver_.Frames(2);
  bool proof = false;
  for (const Registry::Text& text : driver_.registry().texts()) {
    proof = proof || text.text == "kill -TERM $!";
  }
  EXPECT_TRUE(proof);
  ASSERT_TRUE(driver_.Click("check/detail/rerun"));
  EXPECT_THAT(model_.checked_only, ElementsAre("IX-term-idle"));
}

TEST_F(CheckPage, TheRailMarksWhatConforms) {
  model_.ShowCheck(MakeRun(true));
  driver_.Frames(3);
  const Progress& progress = driver_.shell().progress();
  EXPECT_EQ(progress.conforms[7], true);
  EXPECT_EQ(progress.conforms[9], false);
  EXPECT_FALSE(progress.conforms[11].has_value()) << "what was not measured is not green";
}

}  // namespace
}  // namespace twelve
