#include <thread>

#include "tests/gui/gui_driver.h"

namespace twelve {
namespace {

class LogPanel : public testing::Test {
 protected:
  void Open(std::shared_ptr<LogStore> store) {
    Scene scene = DisposabilityScene();
    for (Panel& panel : scene.panels) {
      if (auto* log = std::get_if<LogStreamPanel>(&panel)) {
        log->store = store;
      }
    }
    model_.Show(scene);
    driver_ = std::make_unique<GuiDriver>(model_);
    driver_->PressCharacter(U'9');
    view_ = driver_->registry().Find("page/bottom/tab/view")->rect;
  }
  LogView& Log() { return driver_->shell().PageOf(9).log; }
  bool Following() { return driver_->Value("page/bottom/tab/following") == "yes"; }
  /// Frames until the filter has seen every line.
  void AwaitFilter() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    do {
      driver_->Frames(1);
      std::this_thread::yield();
    } while (!Log().progress().up_to_date && std::chrono::steady_clock::now() < deadline);
    driver_->Frames(2);
  }

  FakeModel model_;
  std::unique_ptr<GuiDriver> driver_;
  ImRect view_;
};

TEST_F(LogPanel, FollowsTheEndUntilTheUserScrollsUpAndAgainAtTheEnd) {
  const auto store = MakeLog(1000);
  Open(store);
  EXPECT_TRUE(Following());
  driver_->MoveMouse(view_.GetCenter());
  driver_->Wheel(1);
  EXPECT_FALSE(Following());
  AppendLog(*store, 1000, 100);
  driver_->Frames(2);
  EXPECT_FALSE(Following());
  driver_->Wheel(-200);
  EXPECT_TRUE(Following());
}

TEST_F(LogPanel, SpacePausesAndEndFollows) {
  Open(MakeLog(1000));
  driver_->PressCharacter(U' ');
  EXPECT_FALSE(Following());
  driver_->PressCharacter(U' ');
  EXPECT_TRUE(Following());
  driver_->PressCharacter(U' ');
  driver_->Press(Key::kEnd);
  EXPECT_TRUE(Following());
  ASSERT_TRUE(driver_->Click("page/bottom/follow"));
  EXPECT_FALSE(Following());
}

TEST_F(LogPanel, AFilterLeavesTheLinesThatMatch) {
  Open(MakeLog(1000));
  driver_->PressCharacter(U'/');
  driver_->Type("draining");
  EXPECT_EQ(Log().filter(), "draining");
  AwaitFilter();
  EXPECT_EQ(driver_->Value("page/bottom/tab/rows"), "10");  // lines 50, 147, … 923
  EXPECT_THAT(Log().Summary(), testing::HasSubstr("10 of 1 000 lines"));
}

TEST_F(LogPanel, AFilterWithoutAMatchSaysSoAndCanBeTakenAway) {
  Open(MakeLog(300));
  driver_->PressCharacter(U'/');
  driver_->Type("xyzzy");
  AwaitFilter();
  EXPECT_EQ(driver_->Value("page/bottom/tab/rows"), "0");
  ASSERT_TRUE(driver_->Click("page/bottom/tab/Show all lines"));
  driver_->Frames(2);
  EXPECT_EQ(driver_->Value("page/bottom/tab/rows"), "300");
}

TEST_F(LogPanel, ABadFilterSaysWhy) {
  Open(MakeLog(300));
  driver_->shell().PageOf(9).log.SetFilter("/(/");
  driver_->Frames(1);
  EXPECT_FALSE(Log().filter_error().empty());
}

TEST_F(LogPanel, CharactersAreSelectedAndCopied) {
  Open(MakeLog(1000));
  Log().ShowFields(false);
  driver_->Frames(1);
  const float advance = compat::Advance(driver_->ui().fonts.mono, '0');
  const float line = compat::FontSize(driver_->ui().fonts.mono) + driver_->ui().Px(2);
  const ImVec2 from(view_.Min.x + 13 * advance, view_.Min.y + line * 0.5F);
  driver_->Drag(from, {from.x + 5 * advance, from.y});
  driver_->PressCharacter(U'c', true);
  EXPECT_THAT(driver_->clipboard(), testing::MatchesRegex("web\\.[123]"));
  driver_->Drag(from, {from.x, from.y + line * 2});
  driver_->PressCharacter(U'c', true);
  EXPECT_EQ(std::count(driver_->clipboard().begin(), driver_->clipboard().end(), '\n'), 2);
}

TEST_F(LogPanel, ASelectionSurvivesScrollingAndNewLines) {
  const auto store = MakeLog(1000);
  Open(store);
  driver_->Drag({view_.Min.x + 4, view_.Min.y + 4}, {view_.Min.x + 80, view_.Min.y + 24});
  driver_->PressCharacter(U'c', true);
  const std::string before = driver_->clipboard();
  AppendLog(*store, 1000, 5000);
  driver_->MoveMouse(view_.GetCenter());
  driver_->Wheel(30);
  driver_->clipboard().clear();
  driver_->PressCharacter(U'c', true);
  EXPECT_EQ(driver_->clipboard(), before);
}

TEST_F(LogPanel, OneLineOfAMillionIsOneLine) {
  const auto store = MakeLog(1'000'000);
  Open(store);
  driver_->PressCharacter(U' ');
  driver_->MoveMouse(view_.GetCenter());
  driver_->Wheel(100);
  const std::string before = Log().Selected();
  driver_->Wheel(1);  // three lines
  const std::string after = Log().Selected();
  // What was the first line is now the fourth.
  const std::string first = before.substr(0, before.find('\n'));
  std::size_t at = 0;
  for (int i = 0; i < 3; i++) {
    at = after.find('\n', at) + 1;
  }
  EXPECT_EQ(after.substr(at, first.size()), first);
}

TEST(ShownLine, ShowsJsonAsFieldsAndLeavesTheRest) {
  LogLine line;
  line.text = R"({"timestamp":"t","level":"INFO","event_type":"http_request","status":200})";
  EXPECT_THAT(ShownLine(line, {"web.1"}, 6, true),
              testing::EndsWith("web.1  http_request status=200 "));
  EXPECT_THAT(ShownLine(line, {"web.1"}, 6, false), testing::EndsWith(line.text));
  line.text = "{ not json";
  EXPECT_THAT(ShownLine(line, {"web.1"}, 6, true), testing::EndsWith("{ not json"));
}

TEST(ByteOfColumn, CountsCharactersNotBytes) {
  EXPECT_EQ(ByteOfColumn("aüb", 2), 3U);
  EXPECT_EQ(ByteOfColumn("aüb", 9), 4U);
}

TEST(LogMinimap, KnowsTheWorstLevelOfEachPart) {
  LogStore store;
  std::vector<LogStore::NewLine> lines(1000);
  for (LogStore::NewLine& line : lines) {
    line.level = LogLevel::kInfo;
    line.text = "x";
  }
  lines[20].level = LogLevel::kWarn;
  lines[560].level = LogLevel::kWarn;
  lines[561].level = LogLevel::kError;
  store.Append(lines);
  LogMinimap map;
  while (!map.Advance(store, 100)) {
  }
  std::vector<LogLevel> expected(10, LogLevel::kUnknown);
  expected[0] = LogLevel::kWarn;
  expected[5] = LogLevel::kError;
  EXPECT_EQ(map.Parts(0, 1000, 10), expected);
}

}  // namespace
}  // namespace twelve
