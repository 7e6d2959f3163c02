#include <algorithm>
#include <cstdlib>
#include <ctime>
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

// For whoever wants to look at the window without opening it: TWELVE_SHOTS names a directory.
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
  for (int which = 0; which < 3; which++) {
    model.Show(PicturesScene(which));
    take({"pictures_" + std::to_string(which), 1600, 1000, 1, which != 1}, factor);
  }
  model.Show(DisposabilityScene());
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

constexpr std::string_view kLesson = R"(# IX. Disposability

## The rule

A process may be started or stopped at any moment, and no user notices.

## Why it exists

Platforms stop healthy processes **all day**: for a deploy, a smaller fleet, a machine that goes.

## How it is done today

1. `SIGTERM` arrives and `/ready` answers 503.
2. Requests that were begun are finished.

## What breaks it

- `ignore-sigterm`: the process goes on until it is killed.

## In this service

See `drain`.

## Interview questions

### What does exit code 0 prove?

Nothing about the requests.

## Quiz

### Who decides whether a request was cut?

- [ ] The exit code
- [x] The client

> Only the bytes that arrived count.
)";

/// The part of the pixels that differ so much that a person could see it.
double Difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) {
    return 1;
  }
  std::size_t different = 0;
  for (std::size_t i = 0; i + 2 < a.rgb.size(); i += 3) {
    int worst = 0;
    for (std::size_t channel = 0; channel < 3; channel++) {
      worst = std::max(worst, std::abs(int{a.rgb[i + channel]} - int{b.rgb[i + channel]}));
    }
    different += worst > 48 ? 1 : 0;
  }
  return static_cast<double>(different) * 3 / static_cast<double>(a.rgb.size());
}

// Other versions of Mesa and FreeType move edges by a fraction of a pixel.
constexpr double kTolerance = 0.004;

class GoldenPicture : public Golden {
 protected:
  GoldenPicture() {
    // Log lines show the time of the user's zone.
    setenv("TZ", "UTC", 1);
    tzset();
    model_.UseLesson(kLesson);
    model_.Show(DisposabilityScene({.phase = StepPhase::kExplain}));
  }

  /// Compares with golden/NAME.png; with TWELVE_APPROVE set it writes it instead.
  void Check(const Shot& shot, const std::function<void(Screen&)>& arrange) {
    const Result<Image> image = Draw(model_, shot, arrange);
    if (!image.ok()) {
      GTEST_SKIP() << "no picture can be drawn here: " << image.error().message;
    }
    const char* source = std::getenv("TWELVE_SOURCE");
    ASSERT_NE(source, nullptr) << "TWELVE_SOURCE must name the repository";
    const std::string path = std::string(source) + "/tests/gui/golden/" + shot.name + ".png";
    if (std::getenv("TWELVE_APPROVE") != nullptr) {
      ASSERT_TRUE(WritePng(path, *image).ok());
      return;
    }
    const Result<Image> golden = ReadPng(path);
    ASSERT_TRUE(golden.ok()) << golden.error().message;
    const double difference = Difference(*image, *golden);
    if (difference > kTolerance) {
      const std::string now =
          (std::filesystem::temp_directory_path() / ("twelve_" + shot.name + ".png")).string();
      ASSERT_TRUE(WritePng(now, *image).ok());
      FAIL() << difference * 100 << " % of the pixels differ from " << path << "; see " << now
             << ". If that is meant, run this test once with TWELVE_APPROVE=1.";
    }
  }

  FakeModel model_;
};

TEST_F(GoldenPicture, FactorPageDark) {
  Check({"factor_dark", 1280, 800, 1, true}, [](Screen& s) { s.shell().OpenFactor(9); });
}

TEST_F(GoldenPicture, FactorPageLight) {
  Check({"factor_light", 1280, 800, 1, false}, [](Screen& s) { s.shell().OpenFactor(9); });
}

TEST_F(GoldenPicture, StartPageDark) {
  Check({"start_dark", 1280, 800, 1, true}, [](Screen&) {});
}

TEST_F(GoldenPicture, PresentingDark) {
  Check({"present_dark", 1280, 800, 1, true}, [](Screen& s) {
    s.shell().OpenFactor(9);
    s.shell().SetPresenting(true);
  });
}

TEST_F(GoldenPicture, AnotherSentenceIsMoreThanTheTolerance) {
  const Shot shot{"", 1280, 800, 1, true};
  const auto arrange = [](Screen& s) { s.shell().OpenFactor(9); };
  const Result<Image> one = Draw(model_, shot, arrange);
  if (!one.ok()) {
    GTEST_SKIP() << "no picture can be drawn here: " << one.error().message;
  }
  const Result<Image> same = Draw(model_, shot, arrange);
  ASSERT_TRUE(same.ok());
  EXPECT_LE(Difference(*one, *same), kTolerance / 10);
  model_.Show(DisposabilityScene({.phase = StepPhase::kPredict}));
  const Result<Image> other = Draw(model_, shot, arrange);
  ASSERT_TRUE(other.ok());
  EXPECT_GT(Difference(*one, *other), kTolerance);
}

}  // namespace
}  // namespace twelve
