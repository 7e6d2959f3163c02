#include "harness/conformance/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A rig for checks that do not use it.
class IdleRig final : public Rig {
 public:
  explicit IdleRig(bool cancelled) : cancelled_(cancelled) {}
  const Clock& clock() const override { return clock_; }
  bool WaitUntil(const std::function<bool()>& predicate, Deadline) override { return predicate(); }
  bool cancelled() const override { return cancelled_; }
  Result<std::uint16_t> LeasePort() override { return Nothing(); }
  Result<std::string> MakeDirectory(std::string_view) override { return Nothing(); }
  Result<std::unique_ptr<Instance>> Launch(ProcessSpec) override { return Nothing(); }
  Result<std::unique_ptr<Connection>> Connect(std::uint16_t) override { return Nothing(); }
  Result<std::unique_ptr<Connection>> Occupy(std::uint16_t) override { return Nothing(); }
  Result<std::unique_ptr<Load>> StartLoad(LoadPlan) override { return Nothing(); }
  std::shared_ptr<LogStore> logs() override { return logs_; }

 private:
  static Error Nothing() { return {ErrorCode::kUnsupported, "nothing here", "", 0}; }
  bool cancelled_;
  FakeClock clock_;
  std::shared_ptr<LogStore> logs_ = std::make_shared<LogStore>();
};

Observation SawNothing(CheckContext&) {
  return {};
}

template <Verdict verdict>
Finding Always(const Observation&, const Check&, const Calibration&) {
  return MakeFinding(verdict, "expected", "actual", 1);
}

Observation Unready(CheckContext&) {
  Observation observation;
  observation.blocked = "the service ended 0.10 s after its start (exit 1)";
  observation.unready = true;
  return observation;
}

Observation NeedsSlow(CheckContext&) {
  Observation observation;
  observation.not_declared = "slow";
  return observation;
}

Check MakeCheck(std::string_view id, int value, Level level, decltype(Check::decide) decide) {
  Check check;
  check.id = id;
  check.value = value;
  check.level = level;
  check.collect = SawNothing;
  check.decide = decide;
  return check;
}

/// Runs a catalogue on a service that is never started.
class EngineTest : public testing::Test {
 protected:
  Result<RunSummary> RunAll(const std::vector<const Check*>& catalog,
                            const CheckOptions& options = {}) {
    const MakeRig make_rig = [this]() -> Result<std::unique_ptr<Rig>> {
      ++rigs_;
      if (no_rig_) return Error{ErrorCode::kSystem, "no more descriptors", "", 0};
      return std::unique_ptr<Rig>(std::make_unique<IdleRig>(cancelled_));
    };
    return RunChecks(catalog, target_, capabilities_, {}, options, clock_, make_rig, {});
  }
  Result<RunSummary> RunOnly(const std::vector<const Check*>& catalog,
                             std::vector<std::string> only) {
    CheckOptions options;
    options.only = std::move(only);
    return RunAll(catalog, options);
  }
  static std::vector<std::string> Ids(const RunSummary& summary) {
    std::vector<std::string> ids;
    for (const CheckResult& result : summary.results) ids.emplace_back(result.check->id);
    return ids;
  }

  FakeClock clock_;
  Target target_;
  Capabilities capabilities_;
  bool no_rig_ = false;
  bool cancelled_ = false;
  int rigs_ = 0;
};

TEST_F(EngineTest, RunsInTheOrderOfTheirValueWithDisruptiveOnesLast) {
  const Check third = MakeCheck("A-third", 3, Level::kMust, Always<Verdict::kPass>);
  Check disruptive = MakeCheck("A-disruptive", 1, Level::kMust, Always<Verdict::kPass>);
  disruptive.disruptive = true;
  const Check second = MakeCheck("A-second", 2, Level::kMust, Always<Verdict::kPass>);
  const Result<RunSummary> summary = RunAll({&third, &disruptive, &second});
  ASSERT_TRUE(summary.ok());
  EXPECT_THAT(Ids(*summary), ElementsAre("A-second", "A-third", "A-disruptive"));
  EXPECT_EQ(rigs_, 3) << "each check gets a fresh rig";
  EXPECT_EQ(summary->exit_code, 0);
  EXPECT_EQ(summary->started, "2023-11-14T22:13:20.000Z");
}

TEST_F(EngineTest, SelectsByIdAndByPrefixOfWholeWords) {
  const Check idle = MakeCheck("IX-term-idle", 1, Level::kMust, Always<Verdict::kPass>);
  const Check port = MakeCheck("VII-port-env", 2, Level::kMust, Always<Verdict::kPass>);
  const Check kill = MakeCheck("IX-kill9-restart", 3, Level::kMust, Always<Verdict::kPass>);
  const std::vector<const Check*> all = {&idle, &port, &kill};
  EXPECT_THAT(Ids(*RunOnly(all, {"IX"})), ElementsAre("IX-term-idle", "IX-kill9-restart"));
  EXPECT_THAT(Ids(*RunOnly(all, {"ix-term", "VII-port-env"})),
              ElementsAre("IX-term-idle", "VII-port-env"));
  for (const char* wrong : {"I", "VI", "IX-ter", "XX", ""}) {
    const Result<RunSummary> summary = RunOnly(all, {"IX", wrong});
    ASSERT_FALSE(summary.ok()) << wrong;
    EXPECT_EQ(summary.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(summary.error().message, HasSubstr("twelve list"));
  }
}

TEST_F(EngineTest, AnEmptyCatalogueIsAnErrorAndNotASuccess) {
  EXPECT_FALSE(RunAll({}).ok());
}

TEST_F(EngineTest, WhatTheDescriptorDoesNotDeclareIsListedApartWithItsField) {
  Check drain = MakeCheck("IX-term-drain", 1, Level::kMust, Always<Verdict::kPass>);
  drain.needs = {{Need::Kind::kField, "slow"}};
  const Check idle = MakeCheck("IX-term-idle", 2, Level::kMust, Always<Verdict::kPass>);
  Result<RunSummary> summary = RunAll({&drain, &idle});
  EXPECT_THAT(Ids(*summary), ElementsAre("IX-term-idle", "IX-term-drain"));
  EXPECT_EQ(summary->results[1].finding.verdict, Verdict::kNa);
  EXPECT_EQ(summary->results[1].finding.why, "not declared: slow");
  EXPECT_EQ(summary->exit_code, 0);

  target_.require = {"IX-term-drain"};
  EXPECT_EQ(RunAll({&drain, &idle})->exit_code, 3);
  target_.slow_path = "/slow";
  EXPECT_EQ(RunAll({&drain, &idle})->exit_code, 0);
}

TEST_F(EngineTest, ACheckMayFindOutThatAFieldIsMissing) {
  Check drain = MakeCheck("IX-term-drain", 1, Level::kMust, Always<Verdict::kPass>);
  drain.collect = NeedsSlow;
  const Check idle = MakeCheck("IX-term-idle", 2, Level::kMust, Always<Verdict::kPass>);
  const Result<RunSummary> summary = RunAll({&drain, &idle});
  EXPECT_THAT(Ids(*summary), ElementsAre("IX-term-idle", "IX-term-drain"));
  EXPECT_EQ(summary->results[1].finding.not_declared, "slow");
  EXPECT_EQ(summary->exit_code, 0);
}

TEST_F(EngineTest, AMissingAbilityOfTheMachineIsInconclusiveAndSaysTheRemedy) {
  Check pid1 = MakeCheck("IX-term-pid1", 1, Level::kMust, Always<Verdict::kPass>);
  pid1.needs = {{Need::Kind::kCapability, "pid_namespace"}};
  capabilities_.all = {{"pid_namespace", false, "unshare: EPERM", "run as root", "IX-term-pid1"}};
  const Result<RunSummary> summary = RunAll({&pid1});
  EXPECT_EQ(summary->results[0].finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(summary->results[0].finding.why, HasSubstr("run as root"));
  EXPECT_EQ(summary->exit_code, 3);
  EXPECT_EQ(rigs_, 0);
}

TEST_F(EngineTest, ARigThatCannotBeMadeIsInconclusive) {
  const Check idle = MakeCheck("IX-term-idle", 1, Level::kMust, Always<Verdict::kPass>);
  no_rig_ = true;
  const Result<RunSummary> summary = RunAll({&idle});
  EXPECT_EQ(summary->results[0].finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(summary->results[0].finding.why, HasSubstr("no more descriptors"));
}

TEST_F(EngineTest, ACancelledRunPassesNothing) {
  const Check idle = MakeCheck("IX-term-idle", 1, Level::kMust, Always<Verdict::kPass>);
  cancelled_ = true;
  EXPECT_EQ(RunAll({&idle})->results[0].finding.verdict, Verdict::kInconclusive);
}

TEST_F(EngineTest, NothingIsStartedOnceTheRunIsCancelled) {
  const Check first = MakeCheck("A-first", 1, Level::kMust, Always<Verdict::kPass>);
  const Check second = MakeCheck("A-second", 2, Level::kMust, Always<Verdict::kPass>);
  CheckOptions options;
  options.cancelled = [this] { return rigs_ == 1; };
  const Result<RunSummary> summary = RunAll({&first, &second}, options);
  EXPECT_EQ(summary->results[0].finding.verdict, Verdict::kPass);
  EXPECT_EQ(summary->results[1].finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(rigs_, 1);
  EXPECT_EQ(summary->exit_code, 3);
}

TEST_F(EngineTest, AServiceThatDoesNotStartIsTriedOnceAndByThoseThatJudgeTheStart) {
  Check first = MakeCheck("A-first", 1, Level::kMust, Always<Verdict::kPass>);
  first.collect = Unready;
  const Check second = MakeCheck("A-second", 2, Level::kMust, Always<Verdict::kPass>);
  Check start = MakeCheck("A-start", 3, Level::kMust, Always<Verdict::kFail>);
  start.even_unready = true;
  const Result<RunSummary> summary = RunAll({&first, &second, &start});
  EXPECT_EQ(summary->results[0].finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(summary->results[1].finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(summary->results[0].finding.why, summary->results[1].finding.why);
  EXPECT_EQ(summary->results[2].finding.verdict, Verdict::kFail);
  EXPECT_EQ(rigs_, 2);
}

TEST_F(EngineTest, QuickAndBudgetLeaveOutWhatTakesLongAndSaySo) {
  Check dear = MakeCheck("A-dear", 1, Level::kMust, Always<Verdict::kPass>);
  dear.cost_seconds = 40;
  Check cheap = MakeCheck("A-cheap", 2, Level::kMust, Always<Verdict::kPass>);
  cheap.cost_seconds = 5;
  CheckOptions quick;
  quick.quick = true;
  Result<RunSummary> summary = RunAll({&dear, &cheap}, quick);
  EXPECT_THAT(Ids(*summary), ElementsAre("A-cheap", "A-dear"));
  EXPECT_THAT(summary->results[1].finding.why, HasSubstr("--quick"));
  EXPECT_EQ(summary->exit_code, 0);
  target_.require = {"A-dear"};
  EXPECT_EQ(RunAll({&dear, &cheap}, quick)->exit_code, 3);
  target_.require = {};

  CheckOptions budget;
  budget.budget = std::chrono::seconds(42);
  summary = RunAll({&dear, &cheap}, budget);
  EXPECT_THAT(Ids(*summary), ElementsAre("A-dear", "A-cheap"));
  EXPECT_THAT(summary->results[1].finding.why, HasSubstr("--budget"));

  budget.budget = std::chrono::seconds(1);
  EXPECT_FALSE(RunAll({&dear, &cheap}, budget).ok());
}

struct ExitRow {
  Level level;
  Verdict verdict;
  int alone;      // exit code of a run with this finding only
  int with_pass;  // beside a MUST that passes
  int with_fail;  // beside a MUST that fails
};

TEST(ExitCodes, FollowTheTable) {
  const ExitRow rows[] = {
      {Level::kMust, Verdict::kPass, 0, 0, 1},
      {Level::kMust, Verdict::kWarn, 0, 0, 1},
      {Level::kMust, Verdict::kFail, 1, 1, 1},
      {Level::kMust, Verdict::kInconclusive, 3, 3, 1},
      {Level::kMust, Verdict::kNa, 3, 0, 1},
      {Level::kShould, Verdict::kPass, 0, 0, 1},
      {Level::kShould, Verdict::kWarn, 0, 0, 1},
      {Level::kShould, Verdict::kFail, 0, 0, 1},
      {Level::kShould, Verdict::kInconclusive, 0, 0, 1},
      {Level::kShould, Verdict::kNa, 3, 0, 1},
      {Level::kInfo, Verdict::kFail, 0, 0, 1},
      {Level::kInfo, Verdict::kInconclusive, 0, 0, 1},
  };
  const Check must = MakeCheck("B-must", 1, Level::kMust, nullptr);
  const auto result = [](const Check& check, Verdict verdict) {
    CheckResult out;
    out.check = &check;
    out.finding.verdict = verdict;
    return out;
  };
  for (const ExitRow& row : rows) {
    SCOPED_TRACE(std::string(ToString(row.level)) + " " + std::string(ToString(row.verdict)));
    const Check check = MakeCheck("A-row", 1, row.level, nullptr);
    const CheckResult own = result(check, row.verdict);
    EXPECT_EQ(ExitCodeFor({own}, {}), row.alone);
    EXPECT_EQ(ExitCodeFor({own, result(must, Verdict::kPass)}, {}), row.with_pass);
    EXPECT_EQ(ExitCodeFor({own, result(must, Verdict::kFail)}, {}), row.with_fail);
  }
  Target target;
  target.require = {"A-row"};
  const Check should = MakeCheck("A-row", 1, Level::kShould, nullptr);
  EXPECT_EQ(ExitCodeFor({result(should, Verdict::kInconclusive)}, target), 3);
  EXPECT_EQ(ExitCodeFor({result(should, Verdict::kFail)}, target), 0);
}

}  // namespace
}  // namespace twelve
