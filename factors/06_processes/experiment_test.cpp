// The whole experiment on programs that behave by script and in time that the rig moves.

#include "factors/06_processes/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "factors/06_processes/steps.h"
#include "tests/support/fake_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

/// A service that knows sessions: those of `sessions`, which processes may share or not.
FakeProgram Web(std::shared_ptr<std::set<std::string>> sessions) {
  FakeProgram web;
  web.answer = [sessions = std::move(sessions)](const std::string& line) {
    const std::string path = line.substr(line.find(' ') + 1);
    const std::string prefix = "/api/v1/sessions/";
    const auto answer = [](int status, const std::string& body) {
      return FakeAnswer{FakeHttp(status, body), {}, {}};
    };
    if (line == "POST /api/v1/sessions") {
      const std::string id = "s" + std::to_string(sessions->size() + 1);
      sessions->insert(id);
      return answer(201, "{\"session_id\":\"" + id + "\"}");
    }
    if (path.rfind(prefix, 0) == 0) {
      const bool known = sessions->count(path.substr(prefix.size())) > 0;
      return known ? answer(200, R"({"data":{"cart":["a","b"]}})") : answer(404, "{}");
    }
    return answer(200, "{}");
  };
  return web;
}

class ProcessesExperimentTest : public ::testing::Test {
 protected:
  DemoStep RunFor(const std::string& id) {
    const Result<DemoReport> report = experiment_->RunAll(rig_, {}, [](std::string_view) {});
    if (!report) {
      ADD_FAILURE() << report.error().message;
      return {};
    }
    for (const DemoStep& step : report->steps) {
      if (step.id == id) return step;
    }
    ADD_FAILURE() << "no step " << id;
    return {};
  }

  FakeRig rig_;
  std::unique_ptr<Experiment> experiment_ = MakeProcessesExperiment({"twelve-service"});
};

TEST_F(ProcessesExperimentTest, ASharedSessionOutlivesTheProcessThatMadeIt) {
  rig_.Script("web", Web(std::make_shared<std::set<std::string>>()));
  const DemoStep step = RunFor("kill-hers");
  EXPECT_TRUE(step.held) << step.observed;
  EXPECT_THAT(step.observed, HasSubstr("web.1 served Ada and was killed. 3 of 3 processes"));
}

TEST_F(ProcessesExperimentTest, ASessionOfOneProcessIsUnknownToTheOthers) {
  rig_.Script("web", Web(std::make_shared<std::set<std::string>>()));
  rig_.Script("web.1", Web(std::make_shared<std::set<std::string>>()));
  const DemoStep step = RunFor("kill-hers");
  EXPECT_FALSE(step.held);
  EXPECT_THAT(step.observed, HasSubstr("web.2 says 404, web.3 says 404"));
}

TEST_F(ProcessesExperimentTest, AServiceThatCannotStartSaysWhyInEveryStep) {
  FakeProgram broken;
  broken.ready_after.reset();
  broken.ends_by_itself = FakeProgram::Reaction{milliseconds(10), {false, 78, false}};
  rig_.Script("web", broken);
  const Result<DemoReport> report = experiment_->RunAll(rig_, {}, [](std::string_view) {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->holds);
  for (const DemoStep& step : report->steps) {
    EXPECT_FALSE(step.held) << step.id;
    EXPECT_THAT(step.observed, HasSubstr("exit 78")) << step.id;
  }
}

TEST_F(ProcessesExperimentTest, AdaSignsInAndLooksByHand) {
  rig_.Script("web", Web(std::make_shared<std::set<std::string>>()));
  ASSERT_TRUE(experiment_->Begin(rig_));
  rig_.Pass(milliseconds(100));
  EXPECT_FALSE(experiment_->Apply(rig_, {"ada.cart", "web.1", ""}));
  EXPECT_FALSE(experiment_->Apply(rig_, {"ada.signin", "web.9", ""}));
  ASSERT_TRUE(experiment_->Apply(rig_, {"ada.signin", "web.2", ""}));
  ASSERT_TRUE(experiment_->Apply(rig_, {"ada.cart", "web.3", ""}));
  const Scene scene = experiment_->Observe(rig_);
  for (const Panel& panel : scene.panels) {
    const Client* const client = std::get_if<Client>(&panel);
    if (client == nullptr) continue;
    EXPECT_TRUE(client->known);
    EXPECT_EQ(client->headline, "Ada, 2 items in the cart");
    ASSERT_EQ(client->lines.size(), 3u);
    EXPECT_EQ(client->lines.back().served_by, "web.3");
    return;
  }
  FAIL() << "no client in the scene";
}

TEST(ProcessesSteps, EachHasARightAnswerAndSaysWhatABreachMeans) {
  for (const LabStep& step : processes::Steps()) {
    EXPECT_GE(step.answers.size(), 2u) << step.id;
    EXPECT_LE(step.answers.size(), 3u) << step.id;
    EXPECT_LT(step.right_answer, static_cast<int>(step.answers.size())) << step.id;
    EXPECT_FALSE(step.explain_broken.empty()) << step.id;
  }
}

}  // namespace
}  // namespace twelve
