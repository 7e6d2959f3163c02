#include <charconv>

#include "tests/gui/gui_driver.h"

namespace twelve {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

auto Posted(const std::string& name, const std::string& target, const std::string& value) {
  return AllOf(Field(&Action::name, name), Field(&Action::target, target),
               Field(&Action::value, value));
}

class Window : public testing::Test {
 protected:
  Window() {
    model_.Show(DisposabilityScene());
    driver_.Frames(2);
  }
  void OpenNine() {
    driver_.PressCharacter(U'9');
    ASSERT_EQ(driver_.shell().factor(), 9);
  }

  FakeModel model_;
  GuiDriver driver_{model_};
};

TEST_F(Window, StartsWithThreeDoorsAndRunningProcesses) {
  EXPECT_EQ(driver_.shell().page(), PageKind::kStart);
  EXPECT_TRUE(driver_.Has("start/Learn/open"));
  EXPECT_TRUE(driver_.Has("start/Demonstrate/open"));
  EXPECT_TRUE(driver_.Has("start/Check my service/open"));
  EXPECT_EQ(driver_.Value("start/live/ready"), "3 of 3 ready");
}

TEST_F(Window, AClickOnAProcessOfTheStartPageStopsItAndOpensItsFactor) {
  ASSERT_TRUE(driver_.Click("start/live/web.2/card"));
  EXPECT_THAT(model_.posted, Contains(Posted("signal", "web.2", "TERM")));
  EXPECT_EQ(driver_.shell().page(), PageKind::kFactor);
  EXPECT_EQ(driver_.shell().factor(), 9);
}

TEST_F(Window, EveryDoorLeadsSomewhere) {
  ASSERT_TRUE(driver_.Click("start/Check my service/open"));
  EXPECT_EQ(driver_.shell().page(), PageKind::kCheck);
  ASSERT_TRUE(driver_.Click("top/home"));
  ASSERT_TRUE(driver_.Click("start/Learn/open"));
  EXPECT_EQ(driver_.shell().factor(), 9);
  ASSERT_TRUE(driver_.Click("top/home"));
  ASSERT_TRUE(driver_.Click("start/Demonstrate/open"));
  EXPECT_TRUE(driver_.shell().settings().presenting);
  EXPECT_FALSE(driver_.Has("rail/Logs"));
  driver_.Press(Key::kEscape);
  EXPECT_FALSE(driver_.shell().settings().presenting);
}

TEST_F(Window, TheRailOpensEachOfTheTwelve) {
  for (const Factor& factor : model_.Factors()) {
    ASSERT_TRUE(driver_.Click("rail/" + std::string(factor.title))) << factor.title;
    EXPECT_EQ(driver_.shell().factor(), factor.number);
  }
}

TEST_F(Window, TheKeysOfTheNumberRowOpenTheTwelve) {
  const char32_t keys[] = U"1234567890-=";
  for (int i = 0; i < 12; i++) {
    driver_.PressCharacter(keys[i]);
    EXPECT_EQ(driver_.shell().factor(), i + 1);
  }
}

TEST_F(Window, ThePrimaryActionIsOneAndDoesTheStep) {
  OpenNine();
  ASSERT_TRUE(driver_.Click("page/try/steps/do"));
  EXPECT_THAT(model_.posted, Contains(Posted("step.do", "", "")));
  ASSERT_TRUE(driver_.Click("page/try/steps/answer 2"));
  EXPECT_THAT(model_.posted, Contains(Posted("step.answer", "", "1")));
  ASSERT_TRUE(driver_.Click("page/try/steps/step 3"));
  EXPECT_THAT(model_.posted, Contains(Posted("step.go", "", "2")));
}

TEST_F(Window, AnExplainedStepOffersTheNextOne) {
  model_.Show(DisposabilityScene({.phase = StepPhase::kExplain}));
  OpenNine();
  EXPECT_EQ(driver_.Value("page/try/steps/phase"), "Explain");
  ASSERT_TRUE(driver_.Click("page/try/steps/next"));
  EXPECT_THAT(model_.posted, Contains(Posted("step.next", "", "")));
}

TEST_F(Window, SwitchesAndSteppersActOnTheExperiment) {
  OpenNine();
  ASSERT_TRUE(driver_.Click("page/stage/controls/ignore-sigterm"));
  EXPECT_THAT(model_.posted, Contains(Posted("violate", "ignore-sigterm", "on")));
  ASSERT_TRUE(driver_.Click("page/stage/controls/web processes/more"));
  EXPECT_THAT(model_.posted, Contains(Posted("scale", "web", "4")));
  ASSERT_TRUE(driver_.Click("page/stage/controls/requests per second/less"));
  EXPECT_THAT(model_.posted, Contains(Posted("load", "", "50")));
}

TEST_F(Window, KeysActOnTheSelectedProcessAndOnNoneWithoutASelection) {
  OpenNine();
  driver_.PressCharacter(U'k');
  EXPECT_TRUE(model_.posted.empty());
  ASSERT_TRUE(driver_.Click("page/stage/web.3/card"));
  EXPECT_THAT(driver_.Value("page/stage/selected/about"), HasSubstr("web.3  pid 4721"));
  driver_.PressCharacter(U'k');
  EXPECT_THAT(model_.posted, Contains(Posted("signal", "web.3", "KILL")));
  driver_.PressCharacter(U't');
  EXPECT_THAT(model_.posted, Contains(Posted("signal", "web.3", "TERM")));
  driver_.PressCharacter(U'r');
  EXPECT_THAT(model_.posted, Contains(Posted("relaunch", "web.3", "")));
  ASSERT_TRUE(driver_.Click("page/stage/selected/pause"));
  EXPECT_THAT(model_.posted, Contains(Posted("signal", "web.3", "STOP")));
  ASSERT_TRUE(driver_.Click("page/stage/web.1/kill"));
  EXPECT_THAT(model_.posted, Contains(Posted("signal", "web.1", "KILL")));
}

TEST_F(Window, StopSaysWhatItStopsAndAnEmptyStageOffersToStart) {
  OpenNine();
  ASSERT_TRUE(driver_.Click("top/stop"));
  EXPECT_THAT(model_.stopped, testing::ElementsAre(9));
  EXPECT_EQ(driver_.Value("top/state"), "Nothing runs.");
  EXPECT_FALSE(driver_.Has("top/stop"));
  ASSERT_TRUE(driver_.Click("page/stage/start"));
  EXPECT_THAT(model_.started, testing::ElementsAre(9));
}

TEST_F(Window, AnErrorIsShownAndAFailedStartOffersAnotherTry) {
  Scene scene;
  scene.factor = 9;
  scene.error = "twelve-guard is not beside this program; build it.";
  model_.Show(scene);
  OpenNine();
  EXPECT_EQ(driver_.Value("page/error/text"), scene.error);
  ASSERT_TRUE(driver_.Click("page/stage/start"));
  EXPECT_THAT(model_.started, testing::ElementsAre(9));
}

TEST_F(Window, TheEnvironmentIsEditedAddedToAndRelaunched) {
  OpenNine();
  ASSERT_TRUE(driver_.Click("page/bottom/Environment"));
  EXPECT_EQ(driver_.Value("page/bottom/tab/env/DRAIN_DELAY_MS/was"), "runs with 500");
  ASSERT_TRUE(driver_.Click("page/bottom/tab/env/HOST"));
  driver_.PressField(compat::FieldKey::kA, true);
  driver_.Type("localhost");
  EXPECT_EQ(driver_.Value("page/bottom/tab/env/HOST/was"), "runs with 127.0.0.1");
  ASSERT_TRUE(driver_.Click("page/bottom/tab/env/relaunch"));
  EXPECT_THAT(model_.posted, testing::ElementsAre(Posted("env.set", "HOST", "localhost"),
                                                  Posted("env.apply", "", "")));
}

TEST_F(Window, NumbersAddUp) {
  OpenNine();
  double sum = 0;
  for (const std::string name : {"web.1", "web.2", "web.3"}) {
    sum += std::stod(driver_.Value("page/stage/" + name + "/requests_per_second"));
  }
  EXPECT_DOUBLE_EQ(std::stod(driver_.Value("page/stage/answered")), sum);
  EXPECT_THAT(driver_.Value("top/state"), HasSubstr(driver_.Value("page/stage/answered")));
  for (const std::string side : {"left", "right"}) {
    std::size_t failed = 0;
    std::size_t requests = 0;
    for (const std::string name : {"web.1", "web.2", "web.3"}) {
      const std::string lane = "page/picture/compare/" + side + "/" + name;
      failed += std::stoul(driver_.Value(lane + "/failed"));
      requests += std::stoul(driver_.Value(lane + "/requests"));
    }
    EXPECT_EQ(driver_.Value("page/picture/compare/" + side + "/sentence"),
              std::to_string(failed) + " of " + std::to_string(requests) + " requests failed");
  }
}

TEST_F(Window, AnEmptySideOffersTheSwitchThatFillsIt) {
  model_.Show(DisposabilityScene({.broken_only_left = true}));
  OpenNine();
  ASSERT_TRUE(driver_.Click("page/picture/compare/right/again"));
  EXPECT_THAT(model_.posted, testing::ElementsAre(Posted("violate", "ignore-sigterm", "on")));
  // The step is done again once the violation runs in every process.
  Scene scene = DisposabilityScene({.broken_only_left = true});
  for (ControlView& control : scene.controls) {
    control.value = control.target == "ignore-sigterm" ? 1 : control.value;
  }
  const auto set_state = [&](ProcessState state, Duration since) {
    for (Panel& panel : scene.panels) {
      if (auto* stage = std::get_if<Stage>(&panel)) {
        stage->cards[0].status.state = state;
        stage->cards[0].status.ready = scene.now - since;
      }
    }
    model_.Show(scene);
    driver_.Frames(3);
  };
  set_state(ProcessState::kStarting, std::chrono::seconds(0));
  EXPECT_EQ(model_.posted.size(), 1U);
  EXPECT_FALSE(driver_.Has("page/picture/compare/right/again"));
  set_state(ProcessState::kReady, std::chrono::milliseconds(100));
  EXPECT_EQ(model_.posted.size(), 1U) << "what the switch cut would lie in the picture";
  set_state(ProcessState::kReady, std::chrono::seconds(5));
  ASSERT_EQ(model_.posted.size(), 2U);
  EXPECT_THAT(model_.posted[1], Posted("step.do", "", ""));
}

TEST_F(Window, AnEmptyGoodSideTurnsTheViolationsOff) {
  Scene scene = DisposabilityScene();
  for (Panel& panel : scene.panels) {
    if (auto* compare = std::get_if<Compare>(&panel)) {
      compare->left = {};
    }
  }
  scene.controls[1].value = 1;
  model_.Show(scene);
  OpenNine();
  ASSERT_TRUE(driver_.Click("page/picture/compare/left/again"));
  EXPECT_THAT(model_.posted, testing::ElementsAre(Posted("violate", "exit-on-sigterm", "off")));
  scene.controls[1].value = 0;
  model_.Show(scene);
  driver_.Frames(2);
  ASSERT_EQ(model_.posted.size(), 2U);
  EXPECT_THAT(model_.posted[1], Posted("step.do", "", ""));
}

TEST_F(Window, ManyProcessesAreFoldedAndUnfold) {
  Scene scene = DisposabilityScene({.processes = 14});
  model_.Show(scene);
  OpenNine();
  EXPECT_FALSE(driver_.Has("page/stage/web.1/card"));
  EXPECT_EQ(driver_.Value("page/stage/ready"), "14 of 14 ready");
  ASSERT_TRUE(driver_.Click("page/stage/web/unfold"));
  EXPECT_TRUE(driver_.Has("page/stage/web.14/card"));
}

TEST_F(Window, SettingsAndKeysOpenAndChangeWhatTheySay) {
  ASSERT_TRUE(driver_.Click("top/settings"));
  ASSERT_TRUE(driver_.Click("settings/Dark theme"));
  EXPECT_FALSE(driver_.shell().settings().dark);
  EXPECT_FALSE(driver_.ui().colors().dark);
  ASSERT_TRUE(driver_.Click("settings/Type size in percent/more"));
  EXPECT_FLOAT_EQ(driver_.ui().scale, 1.1F);
  driver_.Press(Key::kEscape);
  EXPECT_FALSE(driver_.Has("settings/Close"));
  driver_.PressCharacter(U'?');
  EXPECT_TRUE(driver_.Has("keys/Close"));
}

TEST_F(Window, ControlPlusAndMinusScale) {
  driver_.PressCharacter(U'+', true);
  driver_.PressCharacter(U'=', true);
  EXPECT_FLOAT_EQ(driver_.ui().scale, 1.2F);
  driver_.PressCharacter(U'-', true);
  EXPECT_FLOAT_EQ(driver_.ui().scale, 1.1F);
  driver_.PressCharacter(U'0', true);
  EXPECT_FLOAT_EQ(driver_.ui().scale, 1.0F);
}

TEST_F(Window, BordersCanBeDragged) {
  OpenNine();
  const ImRect before = driver_.registry().Find("page/right border")->rect;
  driver_.Drag(before.GetCenter(), {before.GetCenter().x - 100, before.GetCenter().y});
  EXPECT_NEAR(driver_.registry().Find("page/right border")->rect.Min.x, before.Min.x - 100, 2);
}

TEST_F(Window, TheQuizSaysWhetherAnAnswerIsRight) {
  driver_.PressCharacter(U'1');
  const Lesson& lesson = *model_.LessonOf(1);
  LessonState state;
  EXPECT_FALSE(state.AllRight(lesson));
  for (std::size_t q = 0; q < lesson.quiz.size(); q++) {
    for (std::size_t a = 0; a < lesson.quiz[q].answers.size(); a++) {
      if (lesson.quiz[q].answers[a].right) {
        state.quiz[q] = a;
      }
    }
  }
  driver_.shell().PageOf(1).lesson = state;
  driver_.Frames(2);
  EXPECT_TRUE(driver_.shell().progress().learned[1]);
}

TEST_F(Window, EveryLessonIsDrawn) {
  const char32_t keys[] = U"1234567890-=";
  for (int i = 0; i < 12; i++) {
    driver_.PressCharacter(keys[i]);
    ASSERT_TRUE(model_.LessonOf(i + 1).ok()) << model_.LessonOf(i + 1).error().message;
    EXPECT_TRUE(driver_.Has("page/lesson/lesson/quiz 1 answer 1"));
  }
}

}  // namespace
}  // namespace twelve
