#include <random>

#include "app/desktop/draw_changes.h"
#include "app/desktop/frame_policy.h"
#include "app/desktop/widgets/lanes_view.h"
#include "app/desktop/widgets/time_series_view.h"
#include "tests/gui/gui_driver.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Size {
  float width, height, scale;
};
void PrintTo(const Size& size, std::ostream* out) {
  *out << size.width << "x" << size.height << "@" << size.scale;
}

class Layout : public testing::TestWithParam<Size> {
 protected:
  GuiDriver::Options Options(bool dark) const {
    return {GetParam().width, GetParam().height, GetParam().scale, dark, true};
  }
  /// Every text of this frame that does not fit into its panel. Texts of a scrolled panel may be
  /// below or above it, never beside it.
  static std::vector<std::string> Outside(const GuiDriver& driver) {
    std::vector<std::string> found;
    for (const Registry::Text& text : driver.registry().texts()) {
      if (text.rect.Max.x > text.panel.Max.x + 1.5F || text.rect.Min.x < text.panel.Min.x - 1.5F) {
        found.push_back(text.path + ": " + text.text);
      }
    }
    return found;
  }
};

TEST_P(Layout, NoTextLeavesItsPanel) {
  for (const bool dark : {true, false}) {
    FakeModel model;
    GuiDriver driver(model, Options(dark));
    for (const StepPhase phase :
         {StepPhase::kPredict, StepPhase::kDo, StepPhase::kObserve, StepPhase::kExplain}) {
      model.Show(DisposabilityScene({.phase = phase, .busy = "waiting for web.2, 3.1 s of 10 s"}));
      driver.shell().OpenStart();
      driver.Frames(3);
      EXPECT_THAT(Outside(driver), testing::IsEmpty());
      driver.shell().OpenCheck();
      driver.Frames(3);
      EXPECT_THAT(Outside(driver), testing::IsEmpty());
      driver.shell().OpenFactor(9);
      for (int tab = 0; tab < 5; tab++) {
        driver.shell().PageOf(9).tab = static_cast<BottomTab>(tab);
        driver.Frames(3);
        EXPECT_THAT(Outside(driver), testing::IsEmpty());
      }
    }
    model.Show(CrowdedScene());
    driver.Frames(3);
    EXPECT_THAT(Outside(driver), testing::IsEmpty());
    driver.shell().OpenFactor(9);
    driver.shell().SetPresenting(true);
    driver.Frames(3);
    EXPECT_THAT(Outside(driver), testing::IsEmpty());
  }
}

TEST_P(Layout, PicturesOfSingleFactorsStayInTheirPanels) {
  for (int which = 0; which < 3; which++) {
    FakeModel model;
    GuiDriver driver(model, Options(which != 1));
    model.Show(PicturesScene(which));
    driver.shell().OpenFactor(9);
    driver.Frames(3);
    EXPECT_THAT(Outside(driver), testing::IsEmpty()) << which;
  }
}

TEST_P(Layout, NoTwoThingsThatCanBePressedOverlap) {
  FakeModel model;
  model.Show(DisposabilityScene());
  GuiDriver driver(model, Options(true));
  driver.shell().OpenFactor(9);
  driver.Frames(3);
  const auto& items = driver.registry().items();
  for (std::size_t a = 0; a < items.size(); a++) {
    for (std::size_t b = a + 1; b < items.size(); b++) {
      // A card carries its kill button.
      const bool card = items[a].path.ends_with("/card") || items[b].path.ends_with("/card");
      ImRect both = items[a].rect;
      both.ClipWithFull(items[b].rect);
      const bool overlap = both.GetWidth() > 1.5F && both.GetHeight() > 1.5F;
      EXPECT_FALSE(overlap && !card) << items[a].path << " and " << items[b].path;
    }
  }
}

TEST_P(Layout, AnySceneCanBeDrawn) {
  std::mt19937 random(7);
  FakeModel model;
  GuiDriver::Options options = Options(true);
  options.real_fonts = false;
  GuiDriver driver(model, options);
  for (int round = 0; round < 60; round++) {
    model.Show(RandomScene(random));
    driver.shell().settings().dark = random() % 2 == 0;
    driver.shell().settings().presenting = random() % 4 == 0;
    switch (random() % 8) {
      case 0:
        driver.shell().OpenStart();
        break;
      case 1:
        driver.shell().OpenCheck();
        break;
      default:
        driver.shell().OpenFactor(9);
    }
    driver.shell().PageOf(9).tab = static_cast<BottomTab>(random() % 5);
    driver.MoveMouse({static_cast<float>(random() % 1600), static_cast<float>(random() % 1000)});
    driver.Frames(2);
    EXPECT_FALSE(driver.registry().items().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Layout,
                         testing::Values(Size{1280, 800, 1}, Size{1600, 1000, 1},
                                         Size{1920, 1080, 1}, Size{1280, 720, 2}));

TEST(Markers, CloserThanTwelvePixelsBecomeOneWithACount) {
  Ui ui;
  const TimePoint start = SceneStart();
  const TimeAxis axis{start, start + seconds(10), 0, 1000};
  const std::vector<Marker> markers = {{start + milliseconds(1000), "a", "", false},
                                       {start + milliseconds(1050), "b", "", true},
                                       {start + milliseconds(2000), "c", "", false},
                                       {start + seconds(20), "outside", "", false}};
  const std::vector<MarkerGroup> groups = GroupMarkers(ui, axis, markers);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].count, 2);
  EXPECT_TRUE(groups[0].trouble);
  EXPECT_EQ(groups[1].label, "c");
}

TEST(Bars, ThatOverlapInTimeLieInDifferentRows) {
  const TimePoint start = SceneStart();
  const std::vector<LaneBar> bars = {{start, start + seconds(2), Outcome::kOk, false},
                                     {start + seconds(1), start + seconds(3), Outcome::kOk, false},
                                     {start + seconds(2), start + seconds(4), Outcome::kOk, false}};
  const PackedBars packed = PackBars(bars, 6);
  EXPECT_EQ(packed.rows, (std::vector<int>{0, 1, 0}));
  EXPECT_EQ(packed.count, 2);
}

TEST(Decimation, KeepsEverySpike) {
  const TimePoint start = SceneStart();
  std::vector<std::pair<TimePoint, double>> points;
  for (int i = 0; i < 10000; i++) {
    points.emplace_back(start + milliseconds(i), i == 7777 ? 1000.0 : 1.0);
  }
  const TimeAxis axis{start, start + seconds(10), 0, 300};
  const auto kept = Decimate(points, axis);
  EXPECT_LE(kept.size(), 602U);
  EXPECT_TRUE(
      std::any_of(kept.begin(), kept.end(), [](const auto& p) { return p.second == 1000; }));
}

TEST(Changes, AFrameThatLooksTheSameNeedsNoPainting) {
  FakeModel model;
  const Scene scene = DisposabilityScene();
  model.Show(scene);
  GuiDriver driver(model);
  driver.shell().OpenFactor(9);
  driver.Frames(5);
  DrawChanges changes;
  EXPECT_FALSE(changes.Find(*ImGui::GetDrawData()).empty());
  driver.Frames(1);
  EXPECT_TRUE(changes.Find(*ImGui::GetDrawData()).empty());
  Scene other = scene;
  std::get<Timeline>(other.panels.back()).rows.push_back({other.now, "something new", false});
  model.Show(other);
  driver.Frames(1);
  const std::vector<ImRect>& areas = changes.Find(*ImGui::GetDrawData());
  ASSERT_FALSE(areas.empty());
  for (const ImRect& area : areas) {
    EXPECT_GT(area.Min.x, 1000) << "only the timeline, at the right, has changed";
  }
}

TEST(Policy, DrawsSeldomWhenNothingGoesOn) {
  const FramePolicy software{true};
  FramePolicy::State state;
  state.now = SceneStart();
  state.last_input = state.now - seconds(11);
  state.frames_since_event = 9;
  EXPECT_EQ(software.Wait(state), seconds(1));
  state.running = true;
  EXPECT_EQ(software.Wait(state), milliseconds(200));
  state.busy = true;
  EXPECT_EQ(software.Wait(state), milliseconds(100));
  EXPECT_EQ(FramePolicy{false}.Wait(state), milliseconds(50));
  state.last_input = state.now - milliseconds(100);
  EXPECT_EQ(software.Wait(state), milliseconds(50));
}

TEST(CheckCommandLine, IsQuotedForAShell) {
  EXPECT_EQ(CheckCommand("./a 'b'"), R"(twelve check --cmd './a '\''b'\''')");
}

}  // namespace
}  // namespace twelve
