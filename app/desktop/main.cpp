// twelve-lab: the window. Composes the real things; ends the process; nothing else.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "app/desktop/live_model.h"
#include "app/desktop/platform_glfw.h"
#include "app/desktop/saved_state.h"
#include "app/desktop/screen_report.h"
#include "app/desktop/snapshot_run.h"

namespace twelve {
namespace {

constexpr int kExitBroken = 2;
constexpr int kLiveFactor = 9;

struct LabOptions {
  std::string screenshot;
  std::string size;
  std::string theme;  // empty: as saved
  int factor = 0;
  int present = 0;
  float scale = 0;
  std::vector<std::string> actions;
  std::string describe;
};

std::string ServicePath() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "twelve-service" : (self.parent_path() / "twelve-service").string();
}

std::string FontDirectory() {
  const char* directory = std::getenv("TWELVE_FONTS");
  return directory == nullptr ? "" : directory;
}

int Complain(const Error& error) {
  fmt::print(stderr, "twelve-lab: {}\n", error.message);
  return kExitBroken;
}

int RunSnapshot(const LabOptions& options, int width, int height) {
  const SystemClock clock;
  LiveModel model({ServicePath()}, clock);
  SnapshotOptions snapshot;
  snapshot.file = options.screenshot;
  snapshot.width = width;
  snapshot.height = height;
  snapshot.scale = options.scale > 0 ? options.scale : 1;
  snapshot.dark = options.theme != "light";
  snapshot.presenting = options.present > 0;
  const int factor = options.present > 0 ? options.present : options.factor;
  snapshot.factor = factor > 0 ? std::optional<int>(factor) : std::nullopt;
  snapshot.actions = options.actions;
  snapshot.font_directory = FontDirectory();
  const Status taken = TakeSnapshot(model, clock, snapshot);
  return taken ? 0 : Complain(taken.error());
}

/// What the command line says wins over what was saved.
void ApplyOptions(const LabOptions& options, Shell& shell) {
  if (options.scale > 0) {
    shell.settings().user_scale = options.scale;
  }
  if (!options.theme.empty()) {
    shell.settings().dark = options.theme != "light";
  }
  if (options.present > 0 || options.factor > 0) {
    shell.OpenFactor(options.present > 0 ? options.present : options.factor);
  }
  shell.SetPresenting(options.present > 0);
}

int RunWindow(const LabOptions& options, int width, int height) {
  const SystemClock clock;
  LiveModel model({ServicePath()}, clock);
  // Before the window: its processes get ready while it opens.
  model.Start(options.present > 0 ? options.present : kLiveFactor);
  auto window = GlfwWindow::Create(width, height);
  if (!window) {
    return Complain(window.error());
  }
  Screen screen(model, {.content_scale = (*window)->content_scale(),
                        .dark = options.theme != "light",
                        .font_directory = FontDirectory()});
  SavedState saved(SavedState::FileFor(std::getenv("XDG_STATE_HOME"), std::getenv("HOME")));
  const Status loaded = saved.Load(screen.shell());
  if (!loaded) {
    screen.shell().Say(loaded.error().message);
  }
  ApplyOptions(options, screen.shell());
  ScreenReport report(options.describe, clock);
  screen.ui().registry.set_recording(report.wanted());
  if (!screen.ui().fonts.warning.empty()) {
    fmt::print(stderr, "twelve-lab: {}\n", screen.ui().fonts.warning);
  }
  using Activity = GlfwWindow::Activity;
  bool keeps = true;  // a state directory that cannot be written is said once
  const Status run = (*window)->Run(screen, [&] {
    report.Write(screen.ui().registry);
    if (const Status kept = keeps ? saved.Save(screen.shell()) : Status(); !kept) {
      keeps = false;
      screen.shell().Say(kept.error().message);
    }
    return !model.Running()                   ? Activity::kNone
           : model.Busy() || model.Checking() ? Activity::kMeasuring
                                              : Activity::kRunning;
  });
  window->reset();
  return run ? 0 : Complain(run.error());
}

bool ParseSize(const std::string& text, int& width, int& height) {
  return text.empty() || (std::sscanf(text.c_str(), "%dx%d", &width, &height) == 2 &&
                          width >= 640 && height >= 400 && width <= 8192 && height <= 8192);
}

int Main(int argc, char** argv) {
  CLI::App app{"Twelve: see, break and check the twelve factors with real processes"};
  LabOptions options;
  app.add_option("--screenshot", options.screenshot,
                 "Draw off-screen with live processes, write a PNG file, and exit");
  app.add_option("--factor", options.factor, "Open the page of this factor")
      ->check(CLI::Range(1, 12));
  app.add_option("--present", options.present, "Open this factor in large type, for a room")
      ->check(CLI::Range(1, 12));
  app.add_option("--size", options.size, "Size of the window: 1600x1000");
  app.add_option("--scale", options.scale, "Size of type and everything else: 1.5")
      ->check(CLI::Range(0.5, 4.0));
  app.add_option("--theme", options.theme, "dark or light")
      ->check(CLI::IsMember({"dark", "light"}));
  app.add_option("--do", options.actions,
                 "With --screenshot: an action first, such as step.do or violate:slow-boot:on");
  app.add_option("--describe", options.describe,
                 "Keep a JSON file of what the window shows and where, for scripts that drive it");
  app.footer(
      "Examples:\n"
      "  twelve-lab --present 9\n"
      "  twelve-lab --screenshot lab.png --factor 9 --size 1920x1080 --theme light\n"
      "Without a display, `twelve demo 9` runs the same experiment in the terminal.");
  CLI11_PARSE(app, argc, argv);
  int width = 1600;
  int height = 1000;
  if (!ParseSize(options.size, width, height)) {
    return Complain(
        InvalidError("--size wants WIDTHxHEIGHT, from 640x400 to 8192x8192, such as "
                     "1600x1000, and not \"" +
                     options.size + "\"."));
  }
  return options.screenshot.empty() ? RunWindow(options, width, height)
                                    : RunSnapshot(options, width, height);
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  return twelve::Main(argc, argv);
}
