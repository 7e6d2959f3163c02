#include "app/desktop/widgets/stage_view.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"

namespace twelve {
namespace {

constexpr std::size_t kFoldAbove = 12;
constexpr float kCardGap = 10;
constexpr float kMinCard = 172;  // name, state and the slot of the kill button fit

std::string Resources(const ProcessCard& card, bool wide) {
  const double mib = static_cast<double>(card.resources.rss_bytes) / (1024.0 * 1024.0);
  return wide ? fmt::format("{:.1f}/s  {:.0f} MiB  {:.0f} %", card.requests_per_second, mib,
                            card.resources.cpu_percent)
              : fmt::format("{:.1f}/s", card.requests_per_second);
}

std::string Details(const ProcessCard& card) {
  const ProcessStatus& status = card.status;
  std::string text = fmt::format("pid {}", status.pid);
  if (status.port != 0) {
    text += fmt::format("  port {}", status.port);
  }
  text += fmt::format("\n{:.0f} MiB, {:.0f} % of a core, {} processes",
                      static_cast<double>(card.resources.rss_bytes) / (1024.0 * 1024.0),
                      card.resources.cpu_percent, card.resources.processes);
  if (status.restarts > 0) {
    text += fmt::format("\nrestarted {} times", status.restarts);
  }
  if (!card.release.empty()) {
    text += "\nruns: " + card.release;
  }
  if (!status.reason.empty()) {
    text += "\n" + status.reason;
  }
  return text;
}

bool IsPerProcess(const ControlView& control, const Stage& stage) {
  return std::any_of(stage.cards.begin(), stage.cards.end(), [&](const ProcessCard& card) {
    return !control.target.empty() && card.status.name == control.target;
  });
}

}  // namespace

double AnsweredPerSecond(const Stage& stage) {
  double sum = 0;
  for (const ProcessCard& card : stage.cards) {
    sum += card.requests_per_second;
  }
  return sum;
}

std::string ReadySentence(const Stage& stage) {
  const auto ready = std::count_if(stage.cards.begin(), stage.cards.end(), [](const auto& card) {
    return card.status.state == ProcessState::kReady && !card.status.paused;
  });
  return fmt::format("{} of {} ready", ready, stage.cards.size());
}

StageView::StageView(Ui& ui, const Stage& stage, const std::vector<ControlView>& controls,
                     StageState& state, bool actions_row)
    : ui_(ui), stage_(stage), controls_(controls), state_(state), actions_row_(actions_row) {
  for (const ProcessCard& card : stage.cards) {
    const std::string& type = card.status.type;
    auto it = std::find_if(groups_.begin(), groups_.end(),
                           [&](const Group& group) { return group.type == type; });
    if (it == groups_.end()) {
      groups_.push_back({type, {}, false, 0});
      it = std::prev(groups_.end());
    }
    it->cards.push_back(&card);
    it->requests += card.requests_per_second;
  }
  for (Group& group : groups_) {
    group.folded = group.cards.size() > kFoldAbove && state_.unfolded.count(group.type) == 0;
  }
}

float StageView::LoadWidth() const {
  const float text = std::max(TextWidth(ui_.fonts.small, stage_.load_note),
                              TextWidth(ui_.fonts.mono, "0000.0/s sent"));
  return std::min(text + ui_.Px(24), ui_.Px(190));
}

int StageView::RowsOf(const Group& group, float width) const {
  const auto count = group.folded ? 1 : static_cast<int>(group.cards.size());
  const float gap = ui_.Px(kCardGap);
  const int fit = std::max(1, static_cast<int>((width + gap) / (ui_.Px(kMinCard) + gap)));
  return (count + fit - 1) / fit;
}

bool StageView::Compact(float width) const {
  int rows = 0;
  for (const Group& group : groups_) {
    rows += group.folded ? 0 : RowsOf(group, width);
  }
  return rows > 3;
}

StageView::Grid StageView::GridFor(const Group& group, float width) const {
  Grid grid;
  const auto count = group.folded ? 1 : static_cast<int>(group.cards.size());
  const float gap = ui_.Px(kCardGap);
  const int fit = std::max(1, static_cast<int>((width + gap) / (ui_.Px(kMinCard) + gap)));
  grid.columns = std::clamp(count, 1, fit);
  grid.rows = RowsOf(group, width);
  const float share =
      (width - gap * static_cast<float>(grid.columns - 1)) / static_cast<float>(grid.columns);
  const bool compact = Compact(width) && !group.folded;
  grid.card_width = ImFloor(std::min(share, ui_.Px(compact ? 220 : 340)));
  grid.card_height = compact ? ui_.Px(34) : ui_.Px(62);
  return grid;
}

void StageView::FoldInto(float width, float height) {
  while (Height(width) > height) {
    Group* largest = nullptr;
    for (Group& group : groups_) {
      const bool may =
          !group.folded && group.cards.size() > 3 && state_.unfolded.count(group.type) == 0;
      if (may && (largest == nullptr || group.cards.size() > largest->cards.size())) {
        largest = &group;
      }
    }
    if (largest == nullptr) {
      return;
    }
    largest->folded = true;
  }
}

float StageView::CardsHeight(float width) const {
  const float room = width - LoadWidth() - ui_.Px(56);
  float height = 0;
  for (const Group& group : groups_) {
    const Grid grid = GridFor(group, room);
    height += static_cast<float>(grid.rows) * (grid.card_height + ui_.Px(8));
  }
  return std::max(height, ui_.Px(70));
}

float StageView::ControlsHeight(float width) const {
  float x = 0;
  int rows = 0;
  for (const ControlView& control : controls_) {
    if (IsPerProcess(control, stage_)) {
      continue;
    }
    float want = ButtonWidth(ui_, control.label);
    if (control.kind == ControlView::Kind::kSwitch) {
      want = SwitchWidth(ui_, control.label);
    } else if (control.kind == ControlView::Kind::kNumber) {
      want = StepperWidth(ui_, control.label, {control.value, control.min, control.max});
    }
    if (rows == 0 || x + want > width) {
      rows++;
      x = 0;
    }
    x += want + ui_.Px(16);
  }
  return static_cast<float>(rows) * (ButtonHeight(ui_) + ui_.Px(4));
}

float StageView::Height(float width) const {
  return LineHeight(ui_, ui_.fonts.caption) + ui_.Px(4) + CardsHeight(width) +
         (actions_row_ ? ButtonHeight(ui_) + ui_.Px(6) : 0) + ControlsHeight(width);
}

void StageView::DrawHeader(const ImRect& area) {
  const float width =
      DrawCaption(ui_, area.Min, icon::kBranch, stage_.title.empty() ? "Stage" : stage_.title);
  const std::string answered = fmt::format("{:.1f}", AnsweredPerSecond(stage_));
  const std::string summary = ReadySentence(stage_) + "  ·  " + answered + " requests/s answered";
  ui_.registry.Value("answered", answered);
  ui_.registry.Value("ready", ReadySentence(stage_));
  DrawTextElided(ui_, ui_.fonts.small, {area.Min.x + width + ui_.Px(12), area.Min.y},
                 ui_.colors().text_soft, summary, area.GetWidth() - width - ui_.Px(12));
}

void StageView::DrawLoad(const ImRect& rect) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(rect.Min, rect.Max, Ink(ui_.colors().card), ui_.Px(7));
  compat::Outline(list, rect.Min, rect.Max, Ink(ui_.colors().edge), ui_.Px(7));
  const float x = rect.Min.x + ui_.Px(12);
  const float room = rect.GetWidth() - ui_.Px(20);
  float y = rect.Min.y + ui_.Px(5);
  DrawTextElided(ui_, ui_.fonts.strong, {x, y}, ui_.colors().text, "Load", room);
  y += ui_.Px(19);
  const std::string rate = fmt::format("{:.1f}", stage_.load_per_second);
  ui_.registry.Value("load", rate);
  DrawTextElided(ui_, ui_.fonts.mono, {x, y}, ui_.colors().text, rate + "/s sent", room);
  y += ui_.Px(20);
  if (y + compat::FontSize(ui_.fonts.small) <= rect.Max.y - ui_.Px(2)) {
    DrawTextElided(ui_, ui_.fonts.small, {x, y}, ui_.colors().text_faint, stage_.load_note, room);
  }
}

void StageView::DrawTrunk(ImVec2 from, const ImRect& to, const Group& group) {
  if (group.requests <= 0) {
    return;
  }
  // 1 px for a trickle, 7 px for 500 requests a second: a width, not a measure to read off.
  const float width =
      ui_.Px(1) + std::min(6.0F, static_cast<float>(group.requests) / 80.0F) * ui_.scale;
  const ImVec2 end(to.Min.x - ui_.Px(6), ImFloor(to.GetCenter().y));
  const float middle = (from.x + end.x) / 2;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 color = Ink(TypeColor(ui_.colors(), group.type), 0.8F);
  list->AddBezierCubic(from, {middle, from.y}, {middle, end.y}, end, color, width, 18);
  list->AddTriangleFilled({end.x - ui_.Px(1), end.y - ui_.Px(5)}, {end.x + ui_.Px(5), end.y},
                          {end.x - ui_.Px(1), end.y + ui_.Px(5)}, color);
}

void StageView::DrawCardText(const ImRect& rect, const ProcessCard& card, float slot) {
  const Palette& p = ui_.colors();
  const ProcessStatus& status = card.status;
  const float x = rect.Min.x + ui_.Px(12);
  const float right = rect.Max.x - slot;
  const bool low = rect.GetHeight() < ui_.Px(50);
  float y =
      rect.Min.y + (low ? (rect.GetHeight() - compat::FontSize(ui_.fonts.strong)) / 2 : ui_.Px(8));
  const float state = StateWidth(ui_, status.state, status.paused);
  DrawTextElided(ui_, ui_.fonts.strong, {x, y}, TypeColor(p, status.type), status.name,
                 right - x - state - ui_.Px(6));
  DrawState(ui_, {right - state, y + ui_.Px(1)}, status.state, status.paused);
  if (low) {
    return;
  }
  y += ui_.Px(25);
  if (!card.note.empty()) {
    DrawTextElided(ui_, ui_.fonts.small, {x, y}, StateColor(p, status.state), card.note,
                   rect.Max.x - ui_.Px(10) - x);
    return;
  }
  const bool altered = !card.release.empty() && card.release != "as built";
  if (altered) {
    DrawTextElided(ui_, ui_.fonts.small, {x, y}, p.warning, card.release, right - x);
    return;
  }
  const std::string wide = Resources(card, true);
  const bool fits = TextWidth(ui_.fonts.mono, wide) <= rect.Max.x - ui_.Px(10) - x;
  DrawTextElided(ui_, ui_.fonts.mono, {x, y}, p.text_soft, fits ? wide : Resources(card, false),
                 rect.Max.x - ui_.Px(10) - x);
}

void StageView::DrawCard(const ImRect& rect, const ProcessCard& card, Actions& actions) {
  const Palette& p = ui_.colors();
  const ProcessStatus& status = card.status;
  const Registry::Scope scope(ui_.registry, status.name);
  ImGui::PushID(status.name.c_str());
  ImGui::SetCursorScreenPos(rect.Min);
  compat::AllowOverlapBefore();
  if (ImGui::InvisibleButton("card", rect.GetSize())) {
    state_.selected = status.name;
  }
  compat::AllowOverlapAfter();
  ui_.registry.Last("card");
  ui_.registry.Value("state", status.paused ? "paused" : ToString(status.state));
  ui_.registry.Value("requests_per_second", fmt::format("{:.1f}", card.requests_per_second));
  const bool hovered = ImGui::IsItemHovered();
  const bool selected = state_.selected == status.name;
  const bool crashed = status.state == ProcessState::kCrashed;
  Tooltip(ui_, Details(card));
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(rect.Min, rect.Max, Ink(hovered ? p.raised : p.card), ui_.Px(7));
  const Rgb border = selected ? p.accent : crashed ? StateColor(p, status.state) : p.edge;
  compat::Outline(list, rect.Min, rect.Max, Ink(border), ui_.Px(7),
                  selected || crashed ? ui_.Px(2) : 1.0F);
  list->AddRectFilled({rect.Min.x, rect.Min.y + ui_.Px(8)},
                      {rect.Min.x + ui_.Px(3), rect.Max.y - ui_.Px(8)},
                      Ink(TypeColor(p, status.type)));
  const float slot = ui_.Px(36);  // the kill button's own, whether or not it can be pressed
  DrawCardText(rect, card, slot);
  if (status.alive()) {
    const ImRect kill({rect.Max.x - ui_.Px(31), rect.Min.y + ui_.Px(4)},
                      {rect.Max.x - ui_.Px(5), rect.Min.y + ui_.Px(30)});
    if (Button(ui_, kill, "",
               {.kind = ButtonKind::kGhost,
                .icon = icon::kClose,
                .tooltip = "Kill it: SIGKILL (k)",
                .name = "kill"})) {
      actions.push_back({"signal", status.name, "KILL"});
    }
  }
  ImGui::PopID();
}

void StageView::DrawFoldedCard(const ImRect& rect, const Group& group) {
  const Palette& p = ui_.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImGui::PushID(group.type.c_str());
  const std::string label = fmt::format("{} ×{}", group.type, group.cards.size());
  ImGui::SetCursorScreenPos(rect.Min);
  if (ImGui::InvisibleButton("unfold", rect.GetSize())) {
    state_.unfolded.insert(group.type);
  }
  ui_.registry.Last(group.type + "/unfold");
  list->AddRectFilled(rect.Min, rect.Max, Ink(ImGui::IsItemHovered() ? p.raised : p.card),
                      ui_.Px(7));
  compat::Outline(list, rect.Min, rect.Max, Ink(p.edge), ui_.Px(7));
  const float x = rect.Min.x + ui_.Px(12);
  DrawTextElided(ui_, ui_.fonts.strong, {x, rect.Min.y + ui_.Px(8)}, TypeColor(p, group.type),
                 label, rect.GetWidth() - ui_.Px(20));
  float at = x;
  for (int s = 0; s < 6; s++) {
    const auto state = static_cast<ProcessState>(s);
    const auto count = std::count_if(group.cards.begin(), group.cards.end(),
                                     [&](const auto* card) { return card->status.state == state; });
    const std::string number = std::to_string(count);
    if (count > 0 && at + ui_.Px(20) + TextWidth(ui_.fonts.mono, number) < rect.Max.x) {
      DrawStateShape(ui_, {at + ui_.Px(5), rect.Min.y + ui_.Px(43)}, ui_.Px(5), state);
      at += ui_.Px(15);
      at += DrawText(ui_, ui_.fonts.mono, {at, rect.Min.y + ui_.Px(33)}, p.text_soft, number) +
            ui_.Px(10);
    }
  }
  ImGui::PopID();
}

void StageView::DrawGroup(const ImRect& area, const Group& group, const Grid& grid,
                          Actions& actions) {
  const float gap = ui_.Px(kCardGap);
  if (group.folded) {
    DrawFoldedCard(ImRect(area.Min, {area.Min.x + grid.card_width, area.Min.y + grid.card_height}),
                   group);
    return;
  }
  for (std::size_t i = 0; i < group.cards.size(); i++) {
    const int index = static_cast<int>(i);
    const int line = index / grid.columns;
    const auto column = static_cast<float>(index - line * grid.columns);
    const auto row = static_cast<float>(line);
    const ImVec2 at(ImFloor(area.Min.x + column * (grid.card_width + gap)),
                    ImFloor(area.Min.y + row * (grid.card_height + ui_.Px(8))));
    DrawCard(ImRect(at, {at.x + grid.card_width, at.y + grid.card_height}), *group.cards[i],
             actions);
  }
}

void StageView::Draw(const ImRect& area, Actions& actions) {
  DrawHeader(area);
  float y = area.Min.y + LineHeight(ui_, ui_.fonts.caption) + ui_.Px(4);
  const float cards_height = CardsHeight(area.GetWidth());
  const float load_width = LoadWidth();
  const float load_height = std::min(ui_.Px(64), cards_height);
  const ImRect load({area.Min.x, y}, {area.Min.x + load_width, y + load_height});
  DrawLoad(load);
  const float left = load.Max.x + ui_.Px(56);
  const float room = area.Max.x - left;
  float group_y = y;
  for (const Group& group : groups_) {
    const Grid grid = GridFor(group, room);
    const float height = static_cast<float>(grid.rows) * (grid.card_height + ui_.Px(8));
    const ImRect rect({left, group_y}, {area.Max.x, group_y + height - ui_.Px(8)});
    DrawTrunk({load.Max.x, ImFloor(load.GetCenter().y)}, rect, group);
    DrawGroup(rect, group, grid, actions);
    group_y += height;
  }
  y += cards_height;
  if (actions_row_) {
    DrawSelected(ImRect(area.Min.x, y, area.Max.x, y + ButtonHeight(ui_)), actions);
    y += ButtonHeight(ui_) + ui_.Px(6);
  }
  DrawControls(ImRect(area.Min.x, y, area.Max.x, area.Max.y), actions);
}

}  // namespace twelve
