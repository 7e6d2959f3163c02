#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/desktop/platform_egl.h"
#include "app/desktop/screen.h"
#include "tests/gui/scenes.h"

namespace twelve {
namespace {

struct Shot {
  std::string name;
  int width, height;
  float scale;
  bool dark;
};

class Golden : public testing::Test {
 protected:
  /// Draws `model` off-screen and gives the picture.
  Result<Image> Draw(FakeModel& model, const Shot& shot,
                     const std::function<void(Screen&)>& arrange) {
    auto surface = EglSurface::Create(shot.width, shot.height);
    if (!surface) {
      return surface.error();
    }
    Screen screen(model, {.content_scale = shot.scale, .dark = shot.dark, .font_directory = {}});
    arrange(screen);
    for (int frame = 0; frame < 5; frame++) {
      if (screen.ApplySettings() || frame == 0) {
        if (Status fonts = (*surface)->UseFonts(); !fonts) {
          return fonts.error();
        }
      }
      ImGuiIO& io = ImGui::GetIO();
      io.DisplaySize = ImVec2(static_cast<float>(shot.width), static_cast<float>(shot.height));
      io.DeltaTime = 1.0F / 60;
      compat::SendMouse({-FLT_MAX, -FLT_MAX});
      (*surface)->NewFrame();
      ImGui::NewFrame();
      screen.Build(1);
      ImGui::Render();
    }
    Image image = (*surface)->Render(*ImGui::GetDrawData(), screen.clear_color());
    surface->reset();
    return image;
  }
};

TEST_F(Golden, WritesShotsWhereAsked) {
  const char* directory = std::getenv("TWELVE_SHOTS");
  if (directory == nullptr) {
    GTEST_SKIP() << "TWELVE_SHOTS names no directory to write pictures to";
  }
  std::filesystem::create_directories(directory);
  FakeModel model;
  model.Show(DisposabilityScene());
  const std::string only = std::getenv("TWELVE_SHOT") != nullptr ? std::getenv("TWELVE_SHOT") : "";
  const auto take = [&](const Shot& shot, const std::function<void(Screen&)>& arrange) {
    if (!only.empty() && shot.name.find(only) == std::string::npos) {
      return;
    }
    const Result<Image> image = Draw(model, shot, arrange);
    ASSERT_TRUE(image.ok()) << image.error().message;
    ASSERT_TRUE(WritePng(std::string(directory) + "/" + shot.name + ".png", *image).ok());
  };
  const auto factor = [](Screen& screen) { screen.shell().OpenFactor(9); };
  take({"factor_dark_1600x1000", 1600, 1000, 1, true}, factor);
  take({"factor_light_1280x800", 1280, 800, 1, false}, factor);
  take({"factor_dark_1920x1080", 1920, 1080, 1, true}, factor);
  take({"factor_light_2560x1600_2x", 2560, 1600, 2, false}, factor);
  take({"start_dark_1600x1000", 1600, 1000, 1, true}, [](Screen&) {});
  take({"start_light_1280x800", 1280, 800, 1, false}, [](Screen&) {});
  take({"lesson_dark_1600x1000", 1600, 1000, 1, true},
       [](Screen& screen) { screen.shell().OpenFactor(3); });
  take({"check_dark_1280x800", 1280, 800, 1, true},
       [](Screen& screen) { screen.shell().OpenCheck(); });
  take({"env_dark_1600x1000", 1600, 1000, 1, true}, [](Screen& screen) {
    screen.shell().OpenFactor(9);
    screen.shell().PageOf(9).tab = BottomTab::kEnvironment;
    screen.shell().PageOf(9).stage.selected = "web.2";
  });
  model.Show(DisposabilityScene({.phase = StepPhase::kExplain}));
  take({"present_dark_1600x1000", 1600, 1000, 1, true}, [](Screen& screen) {
    screen.shell().OpenFactor(9);
    screen.shell().SetPresenting(true);
  });
  take({"explain_light_1600x1000", 1600, 1000, 1, false}, factor);
  model.Show(CrowdedScene());
  take({"crowded_dark_1280x800", 1280, 800, 1, true}, factor);
}

}  // namespace
}  // namespace twelve
