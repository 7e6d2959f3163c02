#include "app/session/experiment_session.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/fake_rig.h"

namespace twelve {
namespace {

/// Shows in its scenes what it was asked to do.
class Recorder final : public Experiment {
 public:
  explicit Recorder(std::atomic<int>* ended, Status begun = {})
      : ended_(ended), begun_(std::move(begun)) {}
  ~Recorder() override { ++*ended_; }

  Status Begin(Rig&) override { return begun_; }
  Status Apply(Rig&, const Action& action) override {
    asked_ += action.name + " " + action.target + " " + action.value + ";";
    return {};
  }
  void Tick(Rig&) override {}
  Scene Observe(Rig& rig) override {
    Scene scene;
    scene.generation = ++generation_;
    scene.now = rig.clock().Now();
    scene.busy = asked_;
    return scene;
  }
  Result<DemoReport> RunAll(Rig&, const std::vector<std::string>&,
                            const std::function<void(std::string_view)>&) override {
    return DemoReport();
  }

 private:
  std::atomic<int>* ended_;
  Status begun_;
  std::string asked_;
  std::uint64_t generation_ = 0;
};

ExperimentSession::MakeRig Fake() {
  return [](const std::function<bool()>&) -> Result<std::unique_ptr<Rig>> {
    return std::unique_ptr<Rig>(std::make_unique<FakeRig>());
  };
}

template <typename Predicate>
bool Eventually(Predicate predicate) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!predicate()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class ExperimentSessionTest : public ::testing::Test {
 protected:
  SystemClock clock_;
  std::atomic<int> ended_{0};
};

TEST_F(ExperimentSessionTest, HasASceneFromTheFirstMoment) {
  ExperimentSession session(std::make_unique<Recorder>(&ended_), 9, clock_, Fake(), nullptr);
  ASSERT_NE(session.Latest(), nullptr);
  EXPECT_EQ(session.Latest()->factor, session.Latest()->generation == 0 ? 9 : 0);
}

TEST_F(ExperimentSessionTest, AppliesActionsInTheOrderOfTheirPosting) {
  ExperimentSession session(std::make_unique<Recorder>(&ended_), 9, clock_, Fake(), nullptr);
  session.Post({"signal", "web.2", "TERM"});
  session.Post({"scale", "web", "5"});
  EXPECT_TRUE(
      Eventually([&] { return session.Latest()->busy == "signal web.2 TERM;scale web 5;"; }));
}

TEST_F(ExperimentSessionTest, PublishesScenesOnItsOwnAndWakesTheWindow) {
  std::atomic<int> woken{0};
  ExperimentSession session(std::make_unique<Recorder>(&ended_), 9, clock_, Fake(),
                            [&] { ++woken; });
  EXPECT_TRUE(Eventually([&] { return session.Latest()->generation >= 3 && woken >= 3; }));
}

TEST_F(ExperimentSessionTest, ASceneThatTheWindowHoldsDoesNotChange) {
  ExperimentSession session(std::make_unique<Recorder>(&ended_), 9, clock_, Fake(), nullptr);
  const std::shared_ptr<const Scene> held = session.Latest();
  const std::uint64_t generation = held->generation;
  EXPECT_TRUE(Eventually([&] { return session.Latest()->generation > generation + 2; }));
  EXPECT_EQ(held->generation, generation);
}

TEST_F(ExperimentSessionTest, SaysWhyItCouldNotBegin) {
  ExperimentSession session(
      std::make_unique<Recorder>(&ended_, InvalidError("twelve-service is not there.")), 9, clock_,
      Fake(), nullptr);
  EXPECT_TRUE(Eventually([&] { return !session.Latest()->error.empty(); }));
  EXPECT_EQ(session.Latest()->error, "twelve-service is not there.");
  EXPECT_EQ(session.Latest()->factor, 9);
}

TEST_F(ExperimentSessionTest, SaysWhyThereIsNoRig) {
  const auto none = [](const std::function<bool()>&) -> Result<std::unique_ptr<Rig>> {
    return Error{ErrorCode::kNotFound, "There is no twelve-guard.", {}, 0};
  };
  ExperimentSession session(std::make_unique<Recorder>(&ended_), 9, clock_, none, nullptr);
  EXPECT_TRUE(Eventually([&] { return session.Latest()->error == "There is no twelve-guard."; }));
}

TEST_F(ExperimentSessionTest, EndsTheExperimentWhenTheWindowCloses) {
  {
    ExperimentSession session(std::make_unique<Recorder>(&ended_), 9, clock_, Fake(), nullptr);
    EXPECT_TRUE(Eventually([&] { return session.Latest()->generation > 0; }));
  }
  EXPECT_EQ(ended_, 1);
}

}  // namespace
}  // namespace twelve
