#include "app/session/check_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/fake_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

Observation Nothing(CheckContext&) {
  return {};
}
/// Stays until the run is cancelled.
Observation Stays(CheckContext& context) {
  (void)context.rig.WaitUntil([&] { return context.rig.cancelled(); },
                              Deadline::After(context.rig.clock(), seconds(30)));
  return {};
}
Finding Passes(const Observation&, const Check&, const Calibration&) {
  return MakeFinding(Verdict::kPass, "it does", "it did", 1);
}
Finding Fails(const Observation&, const Check&, const Calibration&) {
  return MakeFinding(Verdict::kFail, "it does", "it did not", 1);
}

Check MakeCheck(std::string_view id, int value,
                Finding (*decide)(const Observation&, const Check&, const Calibration&)) {
  Check check;
  check.id = id;
  check.factor = 9;
  check.level = Level::kMust;
  check.value = value;
  check.collect = &Nothing;
  check.decide = decide;
  return check;
}

class CheckSessionTest : public ::testing::Test {
 protected:
  CheckTools Tools() {
    CheckTools tools;
    tools.rigs = [](const std::function<bool()>&) -> MakeRig {
      return []() -> Result<std::unique_ptr<Rig>> {
        return std::unique_ptr<Rig>(std::make_unique<FakeRig>());
      };
    };
    tools.read_target = [](const std::string& text) -> Result<Target> {
      if (text == "bad") return InvalidError("\"bad\" is no service.");
      Target target;
      target.name = text;
      target.command = text;
      return target;
    };
    tools.capabilities = [] { return Capabilities(); };
    return tools;
  }

  std::shared_ptr<const CheckSnapshot> WaitForEnd(const CheckSession& session) {
    const TimePoint until = clock_.Now() + seconds(30);
    while (session.Latest()->running && clock_.Now() < until) std::this_thread::yield();
    return session.Latest();
  }

  SystemClock clock_;
  Check passes_ = MakeCheck("IX-one", 1, &Passes);
  Check fails_ = MakeCheck("IX-two", 2, &Fails);
};

TEST_F(CheckSessionTest, ShowsEveryVerdictAndTheExitCodeOfTheCommandLine) {
  const CheckSession session("service", {&passes_, &fails_}, Tools(), clock_);
  const auto last = WaitForEnd(session);
  ASSERT_FALSE(last->running);
  EXPECT_EQ(last->error, "");
  ASSERT_EQ(last->rows.size(), 2u);
  EXPECT_EQ(last->rows[0].finding.verdict, Verdict::kPass);
  EXPECT_EQ(last->rows[1].finding.verdict, Verdict::kFail);
  EXPECT_EQ(last->exit_code, kExitFails);
}

TEST_F(CheckSessionTest, OneCheckAloneCanBeDoneAgain) {
  const CheckSession session("service", {&passes_, &fails_}, Tools(), clock_, {"IX-one"});
  const auto last = WaitForEnd(session);
  ASSERT_EQ(last->rows.size(), 1u);
  EXPECT_EQ(last->exit_code, kExitMet);
}

TEST_F(CheckSessionTest, WhatIsNoServiceIsOneSentence) {
  const CheckSession session("bad", {&passes_}, Tools(), clock_);
  const auto last = WaitForEnd(session);
  EXPECT_THAT(last->error, HasSubstr("is no service"));
  EXPECT_FALSE(last->exit_code.has_value());
}

TEST_F(CheckSessionTest, CancellingEndsItWithoutAVerdictForTheRest) {
  Check first = MakeCheck("IX-first", 1, &Passes);
  first.collect = &Stays;
  CheckTools tools = Tools();
  tools.rigs = [](const std::function<bool()>& cancelled) -> MakeRig {
    return [cancelled]() -> Result<std::unique_ptr<Rig>> {
      // A rig that is over as soon as the run is cancelled.
      auto rig = std::make_unique<FakeRig>();
      while (!cancelled()) std::this_thread::yield();
      return std::unique_ptr<Rig>(std::move(rig));
    };
  };
  CheckSession session("service", {&first, &fails_}, std::move(tools), clock_);
  session.Cancel();
  const auto last = WaitForEnd(session);
  EXPECT_FALSE(last->running);
  for (const CheckRow& row : last->rows) EXPECT_NE(row.finding.verdict, Verdict::kFail);
}

}  // namespace
}  // namespace twelve
