#include "app/desktop/widgets/lists_view.h"

#include <fmt/core.h>

#include <algorithm>

namespace twelve {
namespace {

/// Moves ImGui's cursor over a row that is not drawn by it, so that the window can scroll.
bool BeginRow(float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImRect clip = GImGui->CurrentWindow->ClipRect;
  return at.y + height >= clip.Min.y && at.y <= clip.Max.y;
}
void EndRow(ImVec2 at, float width, float height) {
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, height - ImGui::GetStyle().ItemSpacing.y});
}

/// Columns of a table, as wide as their widest cell; the last takes what is left.
std::vector<float> ColumnEdges(const Ui& ui, const std::vector<std::string>& header,
                               const std::vector<std::vector<std::string>>& rows, float width) {
  std::vector<float> edges{0};
  for (std::size_t column = 0; column + 1 < header.size(); column++) {
    float widest = TextWidth(ui.fonts.caption, header[column]);
    for (const auto& row : rows) {
      if (column < row.size()) {
        widest = std::max(widest, TextWidth(ui.fonts.mono, row[column]));
      }
    }
    edges.push_back(std::min(edges.back() + widest + ui.Px(18), width));
  }
  edges.push_back(width);
  return edges;
}

void DrawCells(Ui& ui, const std::vector<std::string>& header,
               const std::vector<std::vector<std::string>>& rows, float width) {
  const std::vector<float> edges = ColumnEdges(ui, header, rows, width);
  const float height = LineHeight(ui, ui.fonts.mono) + ui.Px(2);
  ImVec2 at = ImGui::GetCursorScreenPos();
  for (std::size_t column = 0; column < header.size(); column++) {
    DrawTextElided(ui, ui.fonts.caption, {at.x + edges[column], at.y}, ui.colors().text_faint,
                   header[column], edges[column + 1] - edges[column] - ui.Px(8));
  }
  EndRow(at, width, height);
  for (const auto& row : rows) {
    at = ImGui::GetCursorScreenPos();
    if (BeginRow(height)) {
      for (std::size_t column = 0; column < row.size() && column < header.size(); column++) {
        DrawTextElided(ui, ui.fonts.mono, {at.x + edges[column], at.y}, ui.colors().text,
                       row[column], edges[column + 1] - edges[column] - ui.Px(8));
      }
    }
    EndRow(at, width, height);
  }
}

std::string Seconds(Duration since) {
  return fmt::format("{:.1f} s", ToSeconds(since));
}

}  // namespace

void DrawTimeline(Ui& ui, const Timeline& timeline, float width) {
  if (timeline.rows.empty()) {
    DrawTextWrapped(ui, ui.fonts.small, ImGui::GetCursorScreenPos(), ui.colors().text_faint,
                    "What happens in the experiment is noted here.", width);
    return;
  }
  const TimePoint first = timeline.rows.front().at;
  const float stem = TextWidth(ui.fonts.mono, "0000.0 s") + ui.Px(16);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < timeline.rows.size(); i++) {
    const TimelineRow& row = timeline.rows[i];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float text = WrappedHeight(ui, ui.fonts.small, row.text, width - stem - ui.Px(14));
    const float height = std::max(text, LineHeight(ui, ui.fonts.mono)) + ui.Px(4);
    if (BeginRow(height)) {
      const Rgb color = row.trouble ? ui.colors().error : ui.colors().text;
      DrawTextRight(ui, ui.fonts.mono, {at.x + stem - ui.Px(12), at.y}, ui.colors().text_faint,
                    Seconds(row.at - first));
      const ImVec2 dot(at.x + stem, at.y + ui.Px(9));
      if (i + 1 < timeline.rows.size()) {
        list->AddLine({Snap(dot.x), dot.y + ui.Px(6)}, {Snap(dot.x), dot.y + height - ui.Px(6)},
                      Ink(ui.colors().edge));
      }
      list->AddCircleFilled(dot, ui.Px(3), Ink(color), 12);
      DrawTextWrapped(ui, ui.fonts.small, {at.x + stem + ui.Px(12), at.y + ui.Px(1)}, color,
                      row.text, width - stem - ui.Px(14));
    }
    EndRow(at, width, height);
  }
  if (ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - ui.Px(4)) {
    ImGui::SetScrollHereY(1);
  }
}

std::vector<EventRow> CollectEvents(const Stage& stage) {
  std::vector<EventRow> rows;
  for (const ProcessCard& card : stage.cards) {
    for (const StateChange& change : card.status.history) {
      rows.push_back({change.at, card.status.name, change});
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const EventRow& a, const EventRow& b) { return a.at > b.at; });
  return rows;
}

void DrawEvents(Ui& ui, const Stage& stage, TimePoint now, float width) {
  const std::vector<EventRow> rows = CollectEvents(stage);
  const float height = LineHeight(ui, ui.fonts.mono) + ui.Px(2);
  const float ago = TextWidth(ui.fonts.mono, "00000.0 s ago");
  float names = 0;
  for (const ProcessCard& card : stage.cards) {
    names = std::max(names, TextWidth(ui.fonts.mono, card.status.name));
  }
  const float states = StateWidth(ui, ProcessState::kDraining) + ui.Px(14);
  for (const EventRow& row : rows) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (BeginRow(height)) {
      float x = at.x;
      DrawTextRight(ui, ui.fonts.mono, {x + ago, at.y}, ui.colors().text_faint,
                    Seconds(now - row.at) + " ago");
      x += ago + ui.Px(14);
      DrawText(ui, ui.fonts.mono, {x, at.y}, TypeColor(ui.colors(), row.process), row.process);
      x += names + ui.Px(14);
      DrawState(ui, {x, at.y + ui.Px(1)}, row.change.state);
      x += states;
      DrawTextElided(ui, ui.fonts.small, {x, at.y + ui.Px(1)}, ui.colors().text, row.change.reason,
                     at.x + width - x);
    }
    EndRow(at, width, height);
  }
}

void DrawProcessTable(Ui& ui, const ProcessTablePanel& table, float width) {
  if (table.rows.empty()) {
    DrawTextWrapped(ui, ui.fonts.body, ImGui::GetCursorScreenPos(), ui.colors().text_soft,
                    table.empty_text, width);
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const ProcessInfo& process : table.rows) {
    rows.push_back({std::to_string(process.pid), std::to_string(process.parent),
                    std::to_string(process.session), std::string(1, process.state),
                    fmt::format("{:.2f} s", ToSeconds(process.cpu)),
                    fmt::format("{:.1f} MiB", static_cast<double>(process.rss_bytes) / 1048576.0),
                    std::to_string(process.threads), process.command});
  }
  DrawCells(ui, {"pid", "parent", "session", "state", "cpu", "memory", "threads", "command"}, rows,
            width);
}

void DrawTable(Ui& ui, const TablePanel& table, float width) {
  DrawCells(ui, table.columns, table.rows, width);
}

}  // namespace twelve
