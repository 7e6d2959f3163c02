// On programs that behave by script and in time that the rig moves.
#include "factors/03_config/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class ConfigExperimentTest : public ::testing::Test {
 protected:
  FakeRig rig_;
  std::unique_ptr<Experiment> experiment_ = MakeConfigExperiment({"twelve-service"});
};

TEST_F(ConfigExperimentTest, BothEnvironmentsRunOneCommand) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  ASSERT_EQ(rig_.launched().size(), 2u);
  const ProcessSpec& staging = rig_.launched()[0];
  const ProcessSpec& production = rig_.launched()[1];
  EXPECT_EQ(staging.name, "staging.1");
  EXPECT_EQ(production.name, "production.1");
  EXPECT_EQ(staging.command.argv, production.command.argv);
  EXPECT_NE(staging.environment.at("API_KEY"), production.environment.at("API_KEY"));
}

TEST_F(ConfigExperimentTest, ASecretNeverStandsInAPictureOfTheEnvironments) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  const std::string key = rig_.launched()[0].environment.at("API_KEY");
  const Scene scene = experiment_->Observe(rig_);
  int tables = 0;
  for (const Panel& panel : scene.panels) {
    const TablePanel* table = std::get_if<TablePanel>(&panel);
    if (table == nullptr) continue;
    ++tables;
    for (const auto& row : table->rows) {
      for (const std::string& cell : row) EXPECT_EQ(cell.find(key), std::string::npos);
    }
  }
  EXPECT_GE(tables, 2);
}

TEST_F(ConfigExperimentTest, OnlyWhatARunningServiceCanTakeOnIsASwitch) {
  ASSERT_TRUE(experiment_->Begin(rig_));
  EXPECT_FALSE(experiment_->Apply(rig_, {"violate", "commit-dotenv", "on"}));
  EXPECT_TRUE(experiment_->Apply(rig_, {"violate", "log-env-at-boot", "on"}));
  for (const ControlView& control : experiment_->Observe(rig_).controls) {
    EXPECT_NE(control.target, "commit-dotenv");
  }
}

TEST_F(ConfigExperimentTest, AServiceThatCannotStartSaysWhyInEveryStep) {
  FakeProgram broken;
  broken.ready_after.reset();
  broken.ends_by_itself = FakeProgram::Reaction{milliseconds(10), {false, 69, false}};
  rig_.Script("", broken);
  rig_.Script("staging", broken);
  const Result<DemoReport> report = experiment_->RunAll(rig_, {}, [](std::string_view) {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->holds);
  for (const DemoStep& step : report->steps) {
    EXPECT_FALSE(step.held) << step.id;
    EXPECT_THAT(step.observed, HasSubstr("exit 69")) << step.id;
  }
}

}  // namespace
}  // namespace twelve
