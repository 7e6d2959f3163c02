// The whole experiment on real processes and, where it is installed, a real PostgreSQL: it holds as
// built and is broken by each violation that a running service can take on.
#include <gtest/gtest.h>

#include <cstdlib>

#include "factors/10_dev_prod_parity/experiment.h"
#include "factors/10_dev_prod_parity/violations.h"
#include "harness/backing/installed_program.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

DemoReport RunDemo(const std::vector<std::string>& violations) {
  Result<std::unique_ptr<LiveRig>> rig = LiveRig::Create({});
  if (!rig) {
    ADD_FAILURE() << rig.error().message;
    return {};
  }
  const char* bin = std::getenv("TWELVE_BIN");
  const std::unique_ptr<Experiment> experiment =
      MakeDevProdParityExperiment({std::string(bin == nullptr ? "." : bin) + "/twelve-service"});
  const Result<DemoReport> report = experiment->RunAll(**rig, violations, [](std::string_view) {});
  if (!report) {
    ADD_FAILURE() << report.error().message;
    return {};
  }
  return *report;
}

std::string Observed(const DemoReport& report) {
  std::string text;
  for (const DemoStep& step : report.steps) {
    text += step.id + (step.held ? " holds: " : " BROKEN: ") + step.observed + "\n";
  }
  return text;
}

std::vector<std::string> Parts() {
  std::vector<std::string> names;
  for (const Violation& row : kDevProdParityViolations) {
    if (row.fixture.empty()) names.emplace_back(row.name);
  }
  return names;
}

TEST(ParityDemo, HoldsAsBuilt) {
  const DemoReport report = RunDemo({});
  EXPECT_TRUE(report.holds) << Observed(report);
  EXPECT_EQ(report.steps.size(), 5u);
}

class ParityDemoViolation : public ::testing::TestWithParam<std::string> {};

TEST_P(ParityDemoViolation, IsSeen) {
  if (GetParam() == "dev-uses-sqlite" && FindPostgresPrograms().empty()) {
    GTEST_SKIP() << "without PostgreSQL every environment is on SQLite";
  }
  const DemoReport report = RunDemo({GetParam()});
  EXPECT_FALSE(report.holds) << Observed(report);
  EXPECT_EQ(Observed(report).find("Not done"), std::string::npos) << Observed(report);
  RecordProperty("observed", Observed(report));
}

INSTANTIATE_TEST_SUITE_P(Each, ParityDemoViolation, ::testing::ValuesIn(Parts()),
                         [](const ::testing::TestParamInfo<std::string>& row) {
                           std::string name = row.param;
                           for (char& letter : name) {
                             if (letter == '-') letter = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace twelve
