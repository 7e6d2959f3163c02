#include "app/desktop/views/check_page.h"

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"

namespace twelve {
namespace {

std::string_view LevelWord(Level level) {
  switch (level) {
    case Level::kMust:
      return "MUST";
    case Level::kShould:
      return "SHOULD";
    case Level::kInfo:
      return "INFO";
  }
  return "";
}

void DrawCommand(Ui& ui, CheckPageState& state, const ImRect& area) {
  const Pane pane(ui, "command", area, {.padding_x = 18, .padding_y = 14});
  const ImRect& inner = pane.inner();
  const Palette& p = ui.colors();
  ImVec2 at = inner.Min;
  DrawText(ui, ui.fonts.title, at, p.text, "Check my service");
  at.y += LineHeight(ui, ui.fonts.title) + ui.Px(2);
  at.y += DrawTextWrapped(ui, ui.fonts.body, at, p.text_soft,
                          "Checks run on the command line, on a laptop and in CI. Type how your "
                          "service is started; it gets its port in PORT.",
                          inner.GetWidth(), 3) +
          ui.Px(10);
  TextField(ui, ImRect(at, {inner.Max.x, at.y + ui.Px(34)}), "service command", state.command,
            {.hint = "gunicorn app:app"});
  at.y += ui.Px(46);
  const std::string command = CheckCommand(state.command);
  ui.registry.Value("line", command);
  const ButtonLook look{.kind = ButtonKind::kPrimary, .icon = icon::kCopy, .name = "copy"};
  const float width = ButtonWidth(ui, "Copy the command", look);
  const ImRect box(at, {inner.Max.x, at.y + ui.Px(36)});
  pane.list()->AddRectFilled(box.Min, box.Max, Ink(p.card), ui.Px(6));
  DrawTextElided(ui, ui.fonts.mono, {box.Min.x + ui.Px(12), box.Min.y + ui.Px(9)}, p.text, command,
                 box.GetWidth() - ui.Px(24));
  at.y = box.Max.y + ui.Px(10);
  if (Button(ui, ImRect(at, {at.x + width, at.y + ButtonHeight(ui)}), "Copy the command", look)) {
    ImGui::SetClipboardText(command.c_str());
  }
}

void DrawQuestions(Ui& ui, WindowModel& model, const ImRect& area) {
  const Pane pane(ui, "questions", area, {.scroll = true});
  const Palette& p = ui.colors();
  const float width = area.GetWidth() - ui.Px(44);
  const ImVec2 start(area.Min.x + ui.Px(18), area.Min.y + ui.Px(12) - ImGui::GetScrollY());
  ImVec2 at = start;
  const float ids = TextWidth(ui.fonts.mono, "XII-same-release-x") + ui.Px(16);
  const float levels = TextWidth(ui.fonts.caption, "SHOULD") + ui.Px(16);
  DrawCaption(ui, at, icon::kFlask, "What it asks");
  at.y += LineHeight(ui, ui.fonts.caption) + ui.Px(6);
  bool any = false;
  for (const Factor& factor : model.Factors()) {
    for (const Check* check : factor.checks) {
      any = true;
      DrawTextElided(ui, ui.fonts.mono, at, p.text_soft, check->id, ids - ui.Px(10));
      DrawText(ui, ui.fonts.caption, {at.x + ids, at.y + ui.Px(1)}, p.text_faint,
               LevelWord(check->level));
      at.y += DrawTextWrapped(ui, ui.fonts.body, {at.x + ids + levels, at.y}, p.text,
                              check->question, width - ids - levels) +
              ui.Px(6);
    }
  }
  if (!any) {
    DrawText(ui, ui.fonts.body, at, p.text_soft, "This build has no checks.");
    at.y += LineHeight(ui, ui.fonts.body);
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, at.y - start.y});
}

}  // namespace

std::string CheckCommand(const std::string& service_command) {
  std::string quoted = "'";
  for (const char c : service_command) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return "twelve check --cmd " + quoted + "'";
}

void DrawCheckPage(Ui& ui, WindowModel& model, CheckPageState& state, const ImRect& body) {
  const Registry::Scope scope(ui.registry, "check");
  const float top = std::min(ui.Px(250), body.GetHeight() * 0.6F);
  DrawCommand(ui, state, ImRect(body.Min, {body.Max.x, body.Min.y + top}));
  DrawQuestions(ui, model, ImRect({body.Min.x, body.Min.y + top + ui.Px(8)}, body.Max));
}

}  // namespace twelve
