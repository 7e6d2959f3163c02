#include <set>

#include "tests/gui/gui_driver.h"

namespace twelve {
namespace {

class Keyboard : public testing::Test {
 protected:
  Keyboard() {
    model_.Show(DisposabilityScene());
    driver_.PressCharacter(U'9');
  }
  std::set<std::string> Focusable() const {
    std::set<std::string> paths;
    for (const Registry::Item& item : driver_.registry().items()) {
      if (item.focusable && item.rect.GetHeight() >= 1 && item.rect.GetWidth() >= 1) {
        paths.insert(item.path);
      }
    }
    return paths;
  }

  FakeModel model_;
  GuiDriver driver_{model_};
};

TEST_F(Keyboard, TabReachesEverythingThatCanBePressed) {
  const std::set<std::string> all = Focusable();
  ASSERT_GT(all.size(), 30U);
  std::set<std::string> reached;
  for (std::size_t i = 0; i < all.size() + 5; i++) {
    driver_.Press(Key::kTab);
    reached.insert(driver_.ui().focus);
  }
  for (const std::string& path : all) {
    EXPECT_TRUE(reached.count(path) == 1) << path << " is never reached";
  }
}

TEST_F(Keyboard, ShiftTabGoesBack) {
  driver_.Press(Key::kTab);
  const std::string first = driver_.ui().focus;
  driver_.Press(Key::kTab);
  driver_.Press(Key::kTab, true);
  EXPECT_EQ(driver_.ui().focus, first);
}

TEST_F(Keyboard, ArrowsGoToTheNextOneInTheirDirection) {
  driver_.ui().focus = "rail/Codebase";
  driver_.Press(Key::kDown);
  EXPECT_EQ(driver_.ui().focus, "rail/Dependencies");
  driver_.Press(Key::kUp);
  EXPECT_EQ(driver_.ui().focus, "rail/Codebase");
  driver_.Press(Key::kRight);
  EXPECT_NE(driver_.ui().focus.substr(0, 5), "rail/");
}

TEST_F(Keyboard, EnterAndSpacePressWhatHasTheFocus) {
  driver_.ui().focus = "page/try/steps/do";
  driver_.Press(Key::kEnter);
  ASSERT_EQ(model_.posted.size(), 1U);
  EXPECT_EQ(model_.posted[0].name, "step.do");
  driver_.PressCharacter(U' ');
  EXPECT_EQ(model_.posted.size(), 2U);
  EXPECT_TRUE(driver_.shell().PageOf(9).log.following());
}

TEST_F(Keyboard, EnterOnATextFieldBeginsTyping) {
  driver_.ui().focus = "page/bottom/filter";
  driver_.Press(Key::kEnter);
  EXPECT_TRUE(ImGui::GetIO().WantTextInput);
  driver_.Type("ready");
  EXPECT_EQ(driver_.Value("page/bottom/filter"), "ready");
}

TEST_F(Keyboard, KeysOfTheWindowAreLettersWhileTyping) {
  driver_.PressCharacter(U'/');
  ASSERT_TRUE(ImGui::GetIO().WantTextInput);
  EXPECT_FALSE(driver_.shell().OnKey({.key = Key::kChar, .character = U'3'}));
  EXPECT_EQ(driver_.shell().factor(), 9);
}

TEST(KeyTrickle, HandsOverOnePressAndReleaseOfAKeyPerFrame) {
  KeyTrickle<int> keys;
  for (int press = 0; press < 6; press++) {
    keys.Push(8, 1);
    keys.Push(8, 0);
  }
  keys.Push(-1, 'x');
  int seen = 0;
  int frames = 0;
  int down = 0;
  while (!keys.empty()) {
    frames++;
    keys.Pump([&](int event) {
      seen++;
      down += event == 1 ? 1 : 0;
    });
  }
  EXPECT_EQ(seen, 13);
  EXPECT_EQ(down, 6);
  EXPECT_EQ(frames, 12);
}

TEST(KeyTrickle, HandsOverDifferentKeysInOneFrame) {
  KeyTrickle<int> keys;
  for (int key = 0; key < 5; key++) {
    keys.Push(key, key);
  }
  int seen = 0;
  keys.Pump([&](int) { seen++; });
  EXPECT_EQ(seen, 5);
}

}  // namespace
}  // namespace twelve
