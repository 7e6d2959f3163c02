#include "app/desktop/views/check_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"

namespace twelve {
namespace {

struct VerdictLook {
  const char* icon;
  std::string_view word;
  bool bad = false;
};

VerdictLook LookOf(const CheckRow& row) {
  if (row.state == CheckRow::State::kRunning) return {icon::kPlay, "running"};
  if (row.state == CheckRow::State::kWaiting) return {icon::kMinus, "waiting"};
  switch (row.finding.verdict) {
    case Verdict::kPass:
      return {icon::kCheckCircle, "pass"};
    case Verdict::kWarn:
      return {icon::kWarning, "warn"};
    case Verdict::kFail:
      return {icon::kClose, "FAIL", true};
    case Verdict::kInconclusive:
      return {icon::kSearch, "not measured", true};
    case Verdict::kNa:
      return {icon::kMinus, row.finding.not_declared.empty() ? "n/a" : "not declared"};
  }
  return {icon::kMinus, ""};
}

void DrawButtons(Ui& ui, WindowModel& model, CheckPageState& state, ImVec2 at) {
  const std::shared_ptr<const CheckSnapshot> run = model.LatestCheck();
  const bool running = run != nullptr && run->running;
  const std::string command = CheckCommand(state.command);
  if (running) {
    if (ButtonInRow(ui, at, "Stop", {.kind = ButtonKind::kDanger, .icon = icon::kStop})) {
      model.StopCheck();
    }
  } else if (ButtonInRow(ui, at, "Check it",
                         {.kind = ButtonKind::kPrimary,
                          .icon = icon::kPlay,
                          .enabled = !state.command.empty(),
                          .tooltip = "Starts the service several times, measures it, stops it"})) {
    model.StartCheck(state.command, {});
  }
  if (!running && ButtonInRow(ui, at, "Try the reference service",
                              {.icon = icon::kFlask, .name = "reference"})) {
    state.command = model.ReferenceService();
    model.StartCheck(state.command, {});
  }
  if (!state.command.empty() &&
      ButtonInRow(ui, at, "Copy the command for CI", {.icon = icon::kCopy, .name = "copy"})) {
    ImGui::SetClipboardText(command.c_str());
  }
  ui.registry.Value("line", command);
}

void DrawHead(Ui& ui, WindowModel& model, CheckPageState& state, const ImRect& area) {
  const Pane pane(ui, "command", area, {.padding_x = 18, .padding_y = 12});
  const ImRect& inner = pane.inner();
  const Palette& p = ui.colors();
  ImVec2 at = inner.Min;
  DrawText(ui, ui.fonts.title, at, p.text, "Check my service");
  at.y += LineHeight(ui, ui.fonts.title);
  at.y += DrawTextWrapped(ui, ui.fonts.body, at, p.text_soft,
                          "Name its directory, or type the line that starts it. It gets its port "
                          "in PORT. These are the checks and verdicts of `twelve check`.",
                          inner.GetWidth(), 2) +
          ui.Px(8);
  TextField(ui, ImRect(at, {inner.Max.x, at.y + ui.Px(34)}), "service command", state.command,
            {.hint = "gunicorn app:app"});
  at.y += ui.Px(42);
  DrawButtons(ui, model, state, at);
}

float DrawRow(Ui& ui, CheckPageState& state, const CheckRow& row, ImVec2 at, float width) {
  const Palette& p = ui.colors();
  const std::string id(row.check->id);
  const float words = TextWidth(ui.fonts.caption, "not measured") + ui.Px(30);
  const float ids = TextWidth(ui.fonts.mono, "IX-kill9-restart-xx") + ui.Px(10);
  const float text = width - words - ids - ui.Px(12);
  const float height =
      std::max(WrappedHeight(ui, ui.fonts.body, row.check->question, text, 2), ui.Px(20)) +
      ui.Px(6);
  const ImRect rect({at.x, at.y}, {at.x + width, at.y + height});
  ImGui::SetCursorScreenPos(rect.Min);
  if (ImGui::InvisibleButton(id.c_str(), rect.GetSize())) state.selected = id;
  ui.registry.Last(id);
  if (state.selected == id || ImGui::IsItemHovered()) {
    ImGui::GetWindowDrawList()->AddRectFilled(
        rect.Min, rect.Max, Ink(state.selected == id ? p.raised : p.card), ui.Px(5));
  }
  const VerdictLook look = LookOf(row);
  const Rgb ink = look.bad ? p.error : row.state == CheckRow::State::kDone ? p.text : p.text_faint;
  const ImVec2 first(at.x + ui.Px(6), at.y + ui.Px(3));
  const float mark = DrawText(ui, ui.fonts.small, first, ink, look.icon) + ui.Px(6);
  DrawTextElided(ui, ui.fonts.caption, {first.x + mark, first.y + ui.Px(1)}, ink, look.word,
                 words - mark);
  ui.registry.Value(id, look.word);
  DrawTextElided(ui, ui.fonts.mono, {first.x + words, first.y}, p.text_soft, id, ids - ui.Px(8));
  DrawTextWrapped(ui, ui.fonts.body, {first.x + words + ids, first.y}, p.text, row.check->question,
                  text, 2);
  return height + ui.Px(2);
}

void DrawList(Ui& ui, CheckPageState& state, const std::vector<CheckRow>& rows,
              const ImRect& area) {
  const Pane pane(ui, "checks", area, {.scroll = true});
  const float width = area.GetWidth() - ui.Px(36);
  const ImVec2 start(area.Min.x + ui.Px(12), area.Min.y + ui.Px(10) - ImGui::GetScrollY());
  ImVec2 at = start;
  for (const CheckRow& row : rows) at.y += DrawRow(ui, state, row, at, width);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, at.y - start.y});
}

/// A heading and a text below it; moves `at` behind them. Nothing for an empty text.
void Paragraph(Ui& ui, ImVec2& at, float width, std::string_view heading, std::string_view text,
               bool mono = false) {
  if (text.empty()) return;
  DrawText(ui, ui.fonts.caption, at, ui.colors().text_faint, heading);
  at.y += LineHeight(ui, ui.fonts.caption);
  ImFont* font = mono ? ui.fonts.mono : ui.fonts.body;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    at.y += DrawTextWrapped(ui, font, at, ui.colors().text, text.substr(begin, end - begin), width,
                            30, 2);
    begin = end + 1;
  }
  at.y += ui.Px(8);
}

void DrawDetail(Ui& ui, WindowModel& model, CheckPageState& state,
                const std::vector<CheckRow>& rows, const ImRect& area) {
  const Pane pane(ui, "detail", area, {.scroll = true});
  const float width = area.GetWidth() - ui.Px(40);
  const ImVec2 start(area.Min.x + ui.Px(16), area.Min.y + ui.Px(12) - ImGui::GetScrollY());
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const CheckRow& each) {
    return each.check->id == state.selected;
  });
  if (row == rows.end()) {
    DrawTextWrapped(ui, ui.fonts.body, start, ui.colors().text_soft,
                    "Choose a check to see what it asks, what was measured, and the proof.", width);
    return;
  }
  const Check& check = *row->check;
  const Finding& finding = row->finding;
  ImVec2 at = start;
  at.y += DrawTextWrapped(ui, ui.fonts.heading, at, ui.colors().text, check.question, width, 3) +
          ui.Px(2);
  DrawTextElided(ui, ui.fonts.small, at, ui.colors().text_soft,
                 fmt::format("{}, {}, {}", check.id, ToString(check.level), ToString(check.method)),
                 width);
  at.y += LineHeight(ui, ui.fonts.small) + ui.Px(6);
  const std::shared_ptr<const CheckSnapshot> run = model.LatestCheck();
  if (run != nullptr && !run->running && row->state == CheckRow::State::kDone) {
    ImVec2 button = at;
    if (ButtonInRow(ui, button, "Do this one again", {.icon = icon::kRefresh, .name = "rerun"})) {
      model.StartCheck(run->target, {std::string(check.id)});
    }
    at.y += ButtonHeight(ui) + ui.Px(8);
  }
  Paragraph(ui, at, width, "Expected", finding.expected);
  Paragraph(ui, at, width, "Measured", finding.actual);
  Paragraph(ui, at, width, "Why", finding.why);
  for (const Evidence& evidence : finding.evidence) {
    Paragraph(ui, at, width, evidence.kind, evidence.text, true);
  }
  Paragraph(ui, at, width, "The rule", check.requirement);
  Paragraph(ui, at, width, "What is done", check.steps);
  if (finding.verdict == Verdict::kFail) Paragraph(ui, at, width, "Remedy", check.remedy);
  Paragraph(ui, at, width, "Known to be wrong", check.known_false);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, at.y - start.y});
}

std::vector<CheckRow> RowsOf(WindowModel& model) {
  const std::shared_ptr<const CheckSnapshot> run = model.LatestCheck();
  if (run != nullptr && !run->rows.empty()) return run->rows;
  std::vector<CheckRow> rows;
  for (const Factor& factor : model.Factors()) {
    for (const Check* check : factor.checks) rows.push_back({check, {}, {}, {}});
  }
  return rows;
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

std::string CheckSentence(const CheckSnapshot& snapshot) {
  if (!snapshot.error.empty()) return snapshot.error;
  int done = 0, pass = 0, warn = 0, fail = 0, unmeasured = 0;
  for (const CheckRow& row : snapshot.rows) {
    if (row.state != CheckRow::State::kDone) continue;
    if (row.finding.verdict == Verdict::kNa) continue;
    ++done;
    pass += row.finding.verdict == Verdict::kPass;
    warn += row.finding.verdict == Verdict::kWarn;
    fail += row.finding.verdict == Verdict::kFail;
    unmeasured += row.finding.verdict == Verdict::kInconclusive;
  }
  if (done == 0) return snapshot.running ? snapshot.doing : "Nothing was measured.";
  std::vector<std::string> parts;
  if (fail > 0) parts.push_back(fmt::format("{} {}", fail, fail == 1 ? "fails" : "fail"));
  if (unmeasured > 0) parts.push_back(fmt::format("{} not measured", unmeasured));
  if (warn > 0) parts.push_back(fmt::format("{} {}", warn, warn == 1 ? "warns" : "warn"));
  if (pass > 0) parts.push_back(fmt::format("{} pass", pass));
  std::string sentence = fmt::format("{} checked: {}", done, fmt::join(parts, ", "));
  if (snapshot.exit_code) sentence += fmt::format(". Exit code in CI: {}", *snapshot.exit_code);
  return sentence;
}

void NoteConformance(const CheckSnapshot& snapshot, Progress& progress) {
  for (const CheckRow& row : snapshot.rows) {
    if (row.state != CheckRow::State::kDone) continue;
    std::optional<bool>& mark = progress.conforms[static_cast<std::size_t>(row.check->factor)];
    if (row.finding.verdict == Verdict::kFail) {
      mark = false;
    } else if (row.finding.verdict == Verdict::kPass || row.finding.verdict == Verdict::kWarn) {
      mark = mark.value_or(true);
    }
  }
}

void DrawCheckPage(Ui& ui, WindowModel& model, CheckPageState& state, const ImRect& body) {
  const Registry::Scope scope(ui.registry, "check");
  const float gutter = ui.Px(8);
  const float top =
      body.Min.y + LineHeight(ui, ui.fonts.title) + 2 * LineHeight(ui, ui.fonts.body) + ui.Px(124);
  DrawHead(ui, model, state, ImRect(body.Min, {body.Max.x, top}));
  float y = top + gutter;
  const std::shared_ptr<const CheckSnapshot> run = model.LatestCheck();
  if (run != nullptr) {
    const std::string sentence = CheckSentence(*run);
    const float height = LineHeight(ui, ui.fonts.heading) + ui.Px(16);
    const Pane pane(ui, "sum", ImRect({body.Min.x, y}, {body.Max.x, y + height}));
    ui.registry.Value("sentence", sentence);
    const bool bad = !run->error.empty() || run->exit_code.value_or(0) != 0;
    DrawTextElided(ui, ui.fonts.heading, {body.Min.x + ui.Px(16), y + ui.Px(8)},
                   bad ? ui.colors().error : ui.colors().text, sentence,
                   body.GetWidth() - ui.Px(32));
    y += height + gutter;
  }
  const std::vector<CheckRow> rows = RowsOf(model);
  const float middle = body.Min.x + ImFloor(body.GetWidth() * 0.52F);
  DrawList(ui, state, rows, ImRect({body.Min.x, y}, {middle, body.Max.y}));
  DrawDetail(ui, model, state, rows, ImRect({middle + gutter, y}, body.Max));
}

}  // namespace twelve
