#include "app/desktop/views/start_page.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"
#include "app/desktop/views/factor_page.h"

namespace twelve {
namespace {

struct DoorText {
  Door door;
  const char* icon;
  std::string_view title, text, button;
};
constexpr DoorText kDoors[] = {
    {Door::kLearn, icon::kBook, "Learn",
     "Read a rule, predict what happens, do it to real processes, see what was measured.",
     "Begin with IX"},
    {Door::kDemonstrate, icon::kScreen, "Demonstrate",
     "Large type for a room: the good and the broken run side by side in a minute.", "Present IX"},
    {Door::kCheck, icon::kCheckCircle, "Check my service",
     "Any language, any framework: how it starts, drains, stops and logs, with evidence.",
     "See how"},
};

bool DrawDoor(Ui& ui, const ImRect& rect, const DoorText& door, bool primary) {
  const Pane pane(ui, door.title, rect, {.padding_x = 18, .padding_y = 16});
  const ImRect& inner = pane.inner();
  ImVec2 at = inner.Min;
  const float icon_width =
      DrawText(ui, ui.fonts.heading, at, ui.colors().text_soft, door.icon) + ui.Px(10);
  DrawTextElided(ui, ui.fonts.heading, {at.x + icon_width, at.y}, ui.colors().text, door.title,
                 inner.GetWidth() - icon_width);
  at.y += LineHeight(ui, ui.fonts.heading) + ui.Px(4);
  const float bottom = inner.Max.y - ButtonHeight(ui);
  const int lines =
      std::max(1, static_cast<int>((bottom - at.y - ui.Px(6)) / LineHeight(ui, ui.fonts.body)));
  DrawTextWrapped(ui, ui.fonts.body, at, ui.colors().text_soft, door.text, inner.GetWidth(), lines);
  const ButtonLook look{.kind = primary ? ButtonKind::kPrimary : ButtonKind::kPlain,
                        .name = "open"};
  const float width = std::max(ui.Px(130), ButtonWidth(ui, door.button, look));
  return Button(ui, ImRect({inner.Min.x, bottom}, {inner.Min.x + width, inner.Max.y}), door.button,
                look);
}

void DrawLive(Ui& ui, WindowModel& model, int live_factor, StageState& state, const ImRect& area,
              Actions& actions) {
  const Pane pane(ui, "live", area);
  const std::shared_ptr<const Scene> scene = model.Latest(live_factor);
  const ImRect& inner = pane.inner();
  if (scene == nullptr) {
    if (EmptyState(ui, inner, "Nothing runs now.", "Start three processes",
                   {.icon = icon::kPlay, .name = "start"})) {
      model.Start(live_factor);
    }
    return;
  }
  const auto* stage = FindPanel<Stage>(*scene);
  if (stage == nullptr) {
    EmptyState(ui, inner, scene->error.empty() ? "Starting the processes." : scene->error, "");
    return;
  }
  const std::string text = fmt::format(
      "{} processes of a small web service serve this load now. Click one: it is asked to stop "
      "while it works, and you see what its users see.",
      stage->cards.size());
  float y = inner.Min.y;
  y += DrawTextWrapped(ui, ui.fonts.body, {inner.Min.x, y}, ui.colors().text, text,
                       inner.GetWidth(), 2) +
       ui.Px(6);
  static const std::vector<ControlView> kNone;
  StageView view(ui, *stage, kNone, state, false);
  const float height = std::min(view.Height(inner.GetWidth()), inner.Max.y - y);
  view.Draw(ImRect({inner.Min.x, y}, {inner.Max.x, y + height}), actions);
  y += height + ui.Px(6);
  const auto* lanes = FindPanel<Lanes>(*scene);
  if (lanes != nullptr && inner.Max.y - y > ui.Px(110)) {
    DrawLanes(ui, ImRect({inner.Min.x, y}, inner.Max), *lanes,
              {.span = SpanOf(*lanes), .until_now = true});
  }
}

}  // namespace

Door DrawStartPage(Ui& ui, WindowModel& model, int live_factor, StageState& stage,
                   const ImRect& body, Actions& actions) {
  const Registry::Scope scope(ui.registry, "start");
  const float gutter = ui.Px(8);
  const float head = LineHeight(ui, ui.fonts.title) + LineHeight(ui, ui.fonts.body) + ui.Px(28);
  {
    const Pane pane(ui, "head", ImRect(body.Min, {body.Max.x, body.Min.y + head}),
                    {.padding_x = 18, .padding_y = 12});
    ImVec2 at = pane.inner().Min;
    DrawTextElided(ui, ui.fonts.title, at, ui.colors().text,
                   "Twelve factors, shown by real processes", pane.inner().GetWidth());
    at.y += LineHeight(ui, ui.fonts.title);
    DrawTextElided(ui, ui.fonts.body, at, ui.colors().text_soft,
                   "See what each factor asks of a service, break it, and check your own.",
                   pane.inner().GetWidth());
  }
  const float doors = ui.Px(body.GetHeight() > ui.Px(760) ? 190 : 160);
  const float top = body.Min.y + head + gutter;
  const float width = ImFloor((body.GetWidth() - 2 * gutter) / 3);
  Door opened = Door::kNone;
  for (int i = 0; i < 3; i++) {
    const float x = body.Min.x + static_cast<float>(i) * (width + gutter);
    const ImRect rect({x, top}, {i == 2 ? body.Max.x : x + width, top + doors});
    if (DrawDoor(ui, rect, kDoors[i], i == 0)) {
      opened = kDoors[i].door;
    }
  }
  const ImRect live({body.Min.x, top + doors + gutter}, body.Max);
  stage.selected.clear();
  DrawLive(ui, model, live_factor, stage, live, actions);
  if (!stage.selected.empty()) {
    actions.push_back({"signal", stage.selected, "TERM"});
  }
  if (!actions.empty()) {
    ui.go_to = live_factor;
  }
  return opened;
}

}  // namespace twelve
