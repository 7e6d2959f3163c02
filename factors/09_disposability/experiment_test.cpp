// The whole experiment on programs that behave by script and in time that the rig moves.

#include "factors/09_disposability/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class DisposabilityTest : public ::testing::Test {
 protected:
  Result<DemoReport> RunAll() {
    const auto quiet = [](std::string_view) {};
    return experiment_->RunAll(rig_, {}, quiet);
  }
  const DemoStep& Step(const DemoReport& report, const std::string& id) {
    for (const DemoStep& step : report.steps) {
      if (step.id == id) return step;
    }
    ADD_FAILURE() << "no step " << id;
    return report.steps.front();
  }

  FakeRig rig_;
  std::unique_ptr<Experiment> experiment_ = MakeDisposabilityExperiment({"twelve-service"});
};

TEST_F(DisposabilityTest, AServiceThatIgnoresSigtermIsKilledAndSaidSo) {
  FakeProgram deaf;
  deaf.on_signal.clear();
  rig_.Script("web", deaf);
  const Result<DemoReport> report = RunAll();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->holds);
  EXPECT_FALSE(Step(*report, "term-one").held);
  EXPECT_THAT(Step(*report, "term-one").observed, HasSubstr("ignored SIGTERM for 5 s"));
}

TEST_F(DisposabilityTest, ASlowStartIsBrokenByItsTime) {
  FakeProgram slow;
  slow.ready_after = seconds(12);
  rig_.Script("start", slow);
  const Result<DemoReport> report = RunAll();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(Step(*report, "start-time").held);
  EXPECT_THAT(Step(*report, "start-time").observed, HasSubstr("12000 ms at most"));
}

TEST_F(DisposabilityTest, AServiceThatCannotStartSaysWhyInEveryStep) {
  FakeProgram broken;
  broken.ready_after.reset();
  broken.ends_by_itself = FakeProgram::Reaction{milliseconds(10), {false, 78, false}};
  rig_.Script("web", broken);
  const Result<DemoReport> report = RunAll();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->holds);
  for (const DemoStep& step : report->steps) {
    EXPECT_FALSE(step.held) << step.id;
    EXPECT_THAT(step.observed, HasSubstr("exit 78")) << step.id;
  }
}

TEST_F(DisposabilityTest, RejectsWhatItDoesNotKnowInOneSentence) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  for (const Action& action : {Action{"fly", "", ""}, Action{"signal", "web.9", "TERM"},
                               Action{"signal", "web.1", "HELLO"}, Action{"scale", "web", "0"},
                               Action{"load", "", "fast"}, Action{"violate", "no-such", "on"},
                               Action{"env.set", "PORT", "1"}, Action{"step.go", "", "99"}}) {
    const Status done = experiment_->Apply(rig_, action);
    EXPECT_FALSE(done) << action.name;
    const Scene scene = experiment_->Observe(rig_);
    EXPECT_FALSE(scene.error.empty()) << action.name;
    EXPECT_EQ(scene.error.find('\n'), std::string::npos) << action.name;
  }
}

TEST_F(DisposabilityTest, AChangedEnvironmentBecomesANewRelease) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  ASSERT_TRUE(experiment_->Apply(rig_, {"env.set", "LOG_LEVEL", "DEBUG"}));
  const std::size_t before = rig_.launched().size();
  ASSERT_TRUE(experiment_->Apply(rig_, {"env.apply", "", ""}));
  ASSERT_EQ(rig_.launched().size(), before + 3);
  for (std::size_t i = before; i < rig_.launched().size(); ++i) {
    const Environment& environment = rig_.launched()[i].environment;
    EXPECT_EQ(environment.at("LOG_LEVEL"), "DEBUG");
    EXPECT_EQ(environment.at("RELEASE_ID"), "v2");
  }
}

TEST_F(DisposabilityTest, AViolationIsAnArgumentAndNeverInTheEnvironment) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  ASSERT_TRUE(experiment_->Apply(rig_, {"violate", "ignore-sigterm", "on"}));
  const ProcessSpec& last = rig_.launched().back();
  EXPECT_THAT(last.command.argv,
              ::testing::ElementsAre("twelve-service", "web", "--violate", "ignore-sigterm"));
  for (const auto& [name, value] : last.environment) {
    EXPECT_EQ(value.find("ignore-sigterm"), std::string::npos) << name;
  }
}

TEST_F(DisposabilityTest, WhatIsAnsweredAddsUpToWhatIsSent) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  rig_.Pass(seconds(3));
  const Scene scene = experiment_->Observe(rig_);
  for (const Panel& panel : scene.panels) {
    const Stage* stage = std::get_if<Stage>(&panel);
    if (stage == nullptr) continue;
    double sum = 0;
    for (const ProcessCard& card : stage->cards) sum += card.requests_per_second;
    EXPECT_EQ(stage->cards.size(), 3u);
    EXPECT_GT(sum, 0);
    // Under steady load they differ by what is on the way at both ends of the second.
    EXPECT_NEAR(stage->load_per_second, sum, 3);
    return;
  }
  FAIL() << "no stage in the scene";
}

}  // namespace
}  // namespace twelve
