#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"
#include "app/desktop/views/factor_page.h"
#include "app/desktop/widgets/lists_view.h"
#include "app/desktop/widgets/time_series_view.h"

namespace twelve {
namespace {

struct Tab {
  BottomTab tab;
  const char* icon;
  std::string_view label;
};
constexpr Tab kTabs[] = {
    {BottomTab::kLogs, icon::kList, "Logs"},
    {BottomTab::kEnvironment, icon::kSliders, "Environment"},
    {BottomTab::kEvents, icon::kEvents, "Events"},
    {BottomTab::kProcesses, icon::kBranch, "Processes"},
    {BottomTab::kCharts, icon::kScreen, "Charts"},
};

}  // namespace

void FactorPage::DrawBottom(const ImRect& area, bool with_charts, Actions& actions) {
  const Pane pane(ui_, "bottom", area);
  if (!with_charts && state_.tab == BottomTab::kCharts) {
    state_.tab = BottomTab::kLogs;
  }
  const ImRect bar(pane.inner().Min, {pane.inner().Max.x, pane.inner().Min.y + ButtonHeight(ui_)});
  DrawTabs(bar, with_charts);
  const ImRect body({area.Min.x + ui_.Px(4), bar.Max.y + ui_.Px(6)},
                    {area.Max.x - ui_.Px(4), area.Max.y - ui_.Px(6)});
  DrawTabBody(body, actions);
}

void FactorPage::DrawTabs(const ImRect& area, bool with_charts) {
  ImVec2 at = area.Min;
  at.x -= ui_.Px(4);
  const bool narrow = area.GetWidth() < ui_.Px(880);
  for (const Tab& tab : kTabs) {
    if (tab.tab == BottomTab::kCharts && !with_charts) {
      continue;
    }
    const bool here = state_.tab == tab.tab;
    const ButtonLook look{.kind = here ? ButtonKind::kSelected : ButtonKind::kGhost,
                          .icon = narrow ? nullptr : tab.icon};
    const float width = ButtonWidth(ui_, tab.label, look);
    if (Button(ui_, ImRect(at, {at.x + width, at.y + ButtonHeight(ui_)}), tab.label, look)) {
      state_.tab = tab.tab;
    }
    at.x += width + ui_.Px(2);
  }
  if (state_.tab == BottomTab::kLogs) {
    DrawLogBar(ImRect({at.x + ui_.Px(12), area.Min.y}, area.Max));
  }
}

float FactorPage::DrawFilter(ImVec2 at, float width) {
  if (width < ui_.Px(60)) {
    return 0;
  }
  const ImRect rect(at, {at.x + width, at.y + ButtonHeight(ui_)});
  if (state_.focus_filter) {
    ImGui::SetKeyboardFocusHere();
    state_.focus_filter = false;
  }
  if (TextField(ui_, rect, "filter", state_.filter, {.hint = "filter ( / )"})) {
    state_.log.SetFilter(state_.filter);
  }
  if (state_.filter.empty()) {
    Tooltip(ui_,
            "Words that must occur; -word must not.\nlevel:warn  source:web.1  stream:stderr  "
            "status=500  /regex/");
  }
  if (!state_.log.filter_error().empty()) {
    compat::Outline(ImGui::GetWindowDrawList(), rect.Min, rect.Max, Ink(ui_.colors().error),
                    ui_.Px(6));
    Tooltip(ui_, state_.log.filter_error());
  }
  return width + ui_.Px(8);
}

void FactorPage::DrawLogBar(const ImRect& area) {
  const bool follow = state_.log.following();
  const ButtonLook follow_look{
      .icon = follow ? icon::kPause : icon::kDown,
      .tooltip = follow ? "Hold the view still (Space)" : "Go to the end and stay there (End)",
      .name = "follow"};
  const ButtonLook copy_look{.icon = icon::kCopy,
                             .tooltip = "Copy the selection, or what is visible (Ctrl+C)",
                             .name = "copy"};
  const float follow_width = ButtonWidth(ui_, follow ? "Pause" : "Follow", follow_look);
  const float copy_width = ButtonWidth(ui_, "", copy_look);
  const float room = area.GetWidth() - follow_width - copy_width - ui_.Px(70);
  float x = area.Min.x + DrawFilter(area.Min, std::min(ui_.Px(320), room));
  if (Button(ui_, ImRect({x, area.Min.y}, {x + follow_width, area.Max.y}),
             follow ? "Pause" : "Follow", follow_look)) {
    follow ? state_.log.Pause() : state_.log.Follow();
  }
  x += follow_width + ui_.Px(8);
  if (Button(ui_, ImRect({x, area.Min.y}, {x + copy_width, area.Max.y}), "", copy_look)) {
    ImGui::SetClipboardText(state_.log.Selected().c_str());
  }
  x += copy_width + ui_.Px(8);
  const bool fields = state_.log.shows_fields();
  const ButtonLook fields_look{.kind = fields ? ButtonKind::kPlain : ButtonKind::kGhost,
                               .tooltip = fields
                                              ? "JSON lines show as fields; press for the raw text"
                                              : "Press to show JSON lines as fields",
                               .name = "fields"};
  const float fields_width = ButtonWidth(ui_, "{ }", fields_look);
  if (x + fields_width <= area.Max.x) {
    if (Button(ui_, ImRect({x, area.Min.y}, {x + fields_width, area.Max.y}), "{ }", fields_look)) {
      state_.log.ShowFields(!fields);
    }
    x += fields_width + ui_.Px(12);
  }
  const std::string& error = state_.log.filter_error();
  DrawTextElided(ui_, ui_.fonts.small,
                 {x, area.Min.y + (area.GetHeight() - compat::FontSize(ui_.fonts.small)) / 2},
                 error.empty() ? ui_.colors().text_faint : ui_.colors().error,
                 error.empty() ? state_.log.Summary() : error, area.Max.x - x);
}

void FactorPage::DrawTabBody(const ImRect& area, Actions& actions) {
  const bool scroll = state_.tab != BottomTab::kLogs && state_.tab != BottomTab::kCharts;
  const Pane pane(ui_, "tab", area, {.scroll = scroll, .frame = false});
  const ImRect inner({area.Min.x + ui_.Px(8), area.Min.y}, {area.Max.x - ui_.Px(16), area.Max.y});
  ImGui::SetCursorScreenPos({inner.Min.x, inner.Min.y - (scroll ? ImGui::GetScrollY() : 0)});
  ImGui::Indent(ui_.Px(8));
  switch (state_.tab) {
    case BottomTab::kLogs: {
      const auto* stream = FindPanel<LogStreamPanel>(*scene_);
      state_.log.Show(stream == nullptr ? nullptr : stream->store);
      if (stream == nullptr || stream->store == nullptr) {
        EmptyState(ui_, area, "No log yet: no process has been started.", "");
      } else {
        state_.log.Draw(ui_, area);
        const LogReader::Progress progress = state_.log.progress();
        if (progress.filtered && progress.matched == 0 && progress.up_to_date) {
          if (EmptyState(ui_, area, "No line matches the filter.", "Show all lines",
                         {.icon = icon::kClose})) {
            state_.filter.clear();
            state_.log.SetFilter("");
          }
        }
      }
      break;
    }
    case BottomTab::kEnvironment:
      if (const auto* editor = FindPanel<EnvEditor>(*scene_)) {
        DrawEnvEditor(ui_, *editor, state_.edits, inner.GetWidth(), actions);
      }
      break;
    case BottomTab::kEvents:
      DrawEvents(ui_, *FindPanel<Stage>(*scene_), scene_->now, inner.GetWidth());
      break;
    case BottomTab::kProcesses:
      if (const auto* table = FindPanel<ProcessTablePanel>(*scene_)) {
        DrawProcessTable(ui_, *table, inner.GetWidth());
      } else if (const auto* rows = FindPanel<TablePanel>(*scene_)) {
        DrawTable(ui_, *rows, inner.GetWidth());
      }
      break;
    case BottomTab::kCharts:
      DrawCharts(area);
      break;
  }
  ImGui::Unindent(ui_.Px(8));
}

}  // namespace twelve
