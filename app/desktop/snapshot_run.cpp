#include "app/desktop/snapshot_run.h"

#include <algorithm>
#include <thread>

#include "app/desktop/platform_egl.h"
#include "factors/catalog.h"

namespace twelve {
namespace {

constexpr int kLiveFactor = 9;
constexpr Duration kPatience = std::chrono::seconds(60);
// Enough of the past for a chart and for lanes that are full.
constexpr Duration kHistory = std::chrono::seconds(6);

bool Serves(const Scene* scene) {
  const auto* stage = scene == nullptr ? nullptr : FindPanel<Stage>(*scene);
  return stage != nullptr && !stage->cards.empty() &&
         std::all_of(stage->cards.begin(), stage->cards.end(), [](const ProcessCard& card) {
           return card.status.state == ProcessState::kReady;
         });
}

/// Draws frames until `done`; false when it took too long.
class Waiting {
 public:
  Waiting(const Clock& clock, std::function<void()> frame)
      : clock_(clock), frame_(std::move(frame)) {}
  bool Until(const std::function<bool()>& done, Duration at_most) {
    const Deadline deadline = Deadline::After(clock_, at_most);
    while (!done()) {
      if (deadline.Passed(clock_)) {
        return false;
      }
      frame_();
      // The session wakes nobody here; its scenes come ten times a second.
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }

 private:
  const Clock& clock_;
  const std::function<void()> frame_;
};

}  // namespace

Action ParseAction(const std::string& text) {
  Action action;
  const std::size_t first = text.find(':');
  action.name = text.substr(0, first);
  if (first != std::string::npos) {
    const std::size_t second = text.find(':', first + 1);
    action.target =
        text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
    action.value = second == std::string::npos ? "" : text.substr(second + 1);
  }
  return action;
}

Status TakeSnapshot(LiveModel& model, const Clock& clock, const SnapshotOptions& options) {
  auto surface = EglSurface::Create(options.width, options.height);
  if (!surface) {
    return surface.error();
  }
  Screen screen(model, {.content_scale = options.scale,
                        .dark = options.dark,
                        .font_directory = options.font_directory});
  // The processes of the page that is shown; those of the start page where it has none.
  const int factor = options.factor.value_or(kLiveFactor);
  const Factor* const shown = FindFactor(factor);
  const int live = shown != nullptr && shown->make_experiment != nullptr ? factor : kLiveFactor;
  model.Start(live);
  if (options.factor) {
    screen.shell().OpenFactor(factor);
  }
  screen.shell().SetPresenting(options.presenting);
  screen.ApplySettings();
  if (Status fonts = (*surface)->UseFonts(); !fonts) {
    return fonts;
  }
  const TimePoint start = clock.Now();
  const auto frame = [&] {
    ImGui::GetIO().DisplaySize =
        ImVec2(static_cast<float>(options.width), static_cast<float>(options.height));
    ImGui::GetIO().DeltaTime = 0.05F;
    compat::SendMouse({-FLT_MAX, -FLT_MAX});
    (*surface)->NewFrame();
    ImGui::NewFrame();
    screen.Build(ToSeconds(clock.Now() - start));
    ImGui::Render();
  };
  Waiting waiting(clock, frame);
  const auto scene = [&] { return model.Latest(live); };
  bool arrived =
      waiting.Until([&] { return Serves(scene().get()) || !scene()->error.empty(); }, kPatience);
  for (const std::string& text : options.actions) {
    const TimePoint posted = clock.Now();
    model.Post(live, ParseAction(text));
    const auto settled = [&] {
      const auto now = scene();
      return now->now > posted + std::chrono::milliseconds(300) && now->busy.empty() &&
             Serves(now.get());
    };
    arrived = arrived && waiting.Until(settled, kPatience);
  }
  const TimePoint enough = start + kHistory;
  waiting.Until([&] { return clock.Now() >= enough; }, kHistory);
  frame();
  const Image image = (*surface)->Render(*ImGui::GetDrawData(), screen.clear_color());
  surface->reset();
  if (Status written = WritePng(options.file, image); !written) {
    return written;
  }
  if (!arrived) {
    return Error{ErrorCode::kTimeout,
                 "The processes were not ready in time; the picture shows how far they came.", "",
                 0};
  }
  return {};
}

}  // namespace twelve
