#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "app/desktop/icons.h"
#include "app/desktop/widgets/panel_views.h"

namespace twelve {
namespace {

Rgb MarkColor(const Palette& palette, Mark mark) {
  switch (mark) {
    case Mark::kNone:
    case Mark::kGood:
      return palette.text;
    case Mark::kBad:
      return palette.error;
    case Mark::kFaint:
      return palette.text_faint;
  }
  return palette.text;
}

const char* MarkIcon(Mark mark) {
  return mark == Mark::kGood ? icon::kCheck : mark == Mark::kBad ? icon::kWarning : nullptr;
}

Mark MarkAt(const TablePanel& table, std::size_t row, std::size_t column) {
  if (row >= table.marks.size() || column >= table.marks[row].size()) {
    return Mark::kNone;
  }
  return table.marks[row][column];
}

/// Columns as wide as their widest cell; when that is too much, each gives up its share.
std::vector<float> Widths(const Ui& ui, const TablePanel& table, float width) {
  std::vector<float> widths;
  float sum = 0;
  for (std::size_t column = 0; column < table.columns.size(); column++) {
    float widest = TextWidth(ui.fonts.caption, table.columns[column]);
    for (std::size_t row = 0; row < table.rows.size(); row++) {
      if (column < table.rows[row].size()) {
        const float mark = MarkIcon(MarkAt(table, row, column)) != nullptr ? ui.Px(20) : 0;
        widest = std::max(widest, TextWidth(ui.fonts.mono, table.rows[row][column]) + mark);
      }
    }
    widths.push_back(widest + ui.Px(16));
    sum += widths.back();
  }
  for (float& each : widths) {
    each *= sum > width ? width / sum : 1;
  }
  return widths;
}

}  // namespace

void DrawMarkedTable(Ui& ui, const ImRect& area, const TablePanel& table) {
  const Palette& p = ui.colors();
  const std::vector<float> widths = Widths(ui, table, area.GetWidth());
  ImVec2 at = area.Min;
  for (std::size_t column = 0; column < table.columns.size(); column++) {
    DrawTextElided(ui, ui.fonts.caption, at, p.text_faint, table.columns[column],
                   widths[column] - ui.Px(8));
    at.x += widths[column];
  }
  at.y += LineHeight(ui, ui.fonts.caption) + ui.Px(2);
  const float step = LineHeight(ui, ui.fonts.mono) + ui.Px(3);
  for (std::size_t row = 0; row < table.rows.size(); row++) {
    const bool last_line = at.y + 2 * step > area.Max.y && row + 1 < table.rows.size();
    if (last_line) {
      DrawTextElided(ui, ui.fonts.small, {area.Min.x, at.y}, p.text_faint,
                     fmt::format("and {} more rows", table.rows.size() - row), area.GetWidth());
      return;
    }
    at.x = area.Min.x;
    for (std::size_t column = 0; column < table.rows[row].size() && column < widths.size();
         column++) {
      const Mark mark = MarkAt(table, row, column);
      float x = at.x;
      if (const char* icon = MarkIcon(mark)) {
        x +=
            DrawText(ui, ui.fonts.small, {x, at.y + ui.Px(1)}, MarkColor(p, mark), icon) + ui.Px(6);
      }
      DrawTextElided(ui, ui.fonts.mono, {x, at.y}, MarkColor(p, mark), table.rows[row][column],
                     at.x + widths[column] - x - ui.Px(8));
      at.x += widths[column];
    }
    at.y += step;
  }
  if (table.rows.empty()) {
    DrawTextElided(ui, ui.fonts.body, {area.Min.x, at.y}, p.text_soft, "Nothing yet.",
                   area.GetWidth());
  }
}

void DrawClient(Ui& ui, const ImRect& area, const Client& client) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float head = LineHeight(ui, ui.fonts.heading) + ui.Px(16);
  const ImRect box(area.Min, {area.Max.x, area.Min.y + head});
  list->AddRectFilled(box.Min, box.Max, Ink(p.card), ui.Px(6));
  compat::Outline(list, box.Min, box.Max, Ink(client.known ? p.edge : p.error), ui.Px(6));
  const Rgb ink = client.known ? p.text : p.error;
  const float mark = DrawText(ui, ui.fonts.strong, {box.Min.x + ui.Px(10), box.Min.y + ui.Px(9)},
                              ink, client.known ? icon::kUsers : icon::kWarning) +
                     ui.Px(10);
  DrawTextElided(ui, ui.fonts.heading, {box.Min.x + ui.Px(10) + mark, box.Min.y + ui.Px(6)}, ink,
                 client.headline, box.GetWidth() - mark - ui.Px(20));
  ui.registry.Value("headline", client.headline);
  float y = box.Max.y + ui.Px(8);
  const float step = LineHeight(ui, ui.fonts.mono) + ui.Px(3);
  const auto room = static_cast<std::size_t>(std::max(0.0F, (area.Max.y - y) / step));
  const std::size_t first = client.lines.size() > room ? client.lines.size() - room : 0;
  const float by = TextWidth(ui.fonts.mono, "web.10") + ui.Px(14);
  const float requests = (area.GetWidth() - by) * 0.5F;
  for (std::size_t i = first; i < client.lines.size(); i++) {
    const Client::Line& line = client.lines[i];
    DrawTextElided(ui, ui.fonts.mono, {area.Min.x, y}, TypeColor(p, line.served_by), line.served_by,
                   by - ui.Px(4));
    DrawTextElided(ui, ui.fonts.mono, {area.Min.x + by, y}, p.text_soft, line.request,
                   requests - ui.Px(8));
    DrawTextElided(ui, ui.fonts.mono, {area.Min.x + by + requests, y},
                   line.trouble ? p.error : p.text, line.answer, requests);
    y += step;
  }
}

void DrawCode(Ui& ui, const ImRect& area, const Code& code) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float step = LineHeight(ui, ui.fonts.mono);
  const float numbers = TextWidth(ui.fonts.mono, "000") + ui.Px(10);
  float y = area.Min.y;
  int number = 0;
  std::size_t begin = 0;
  while (begin < code.text.size() && y + step <= area.Max.y) {
    const std::size_t end = std::min(code.text.find('\n', begin), code.text.size());
    const std::string line = code.text.substr(begin, end - begin);
    number++;
    const bool marked =
        std::find(code.marked.begin(), code.marked.end(), number) != code.marked.end();
    if (marked) {
      list->AddRectFilled({area.Min.x, y}, {area.Max.x, y + step}, Ink(p.selection), ui.Px(2));
    }
    DrawTextRight(ui, ui.fonts.mono, {area.Min.x + numbers - ui.Px(8), y}, p.text_faint,
                  std::to_string(number));
    Rgb ink = p.text;
    if (code.language == "diff" && !line.empty()) {
      ink = line[0] == '-' ? p.error : line[0] == '+' ? p.text : p.text_faint;
    }
    DrawTextElided(ui, ui.fonts.mono, {area.Min.x + numbers, y}, ink, line,
                   area.GetWidth() - numbers);
    y += step;
    begin = end + 1;
  }
}

void DrawFormula(Ui& ui, const ImRect& area, const Formula& formula, Actions& actions) {
  const Palette& p = ui.colors();
  ImVec2 at = area.Min;
  const float labels = area.GetWidth() * 0.34F;
  const float inputs = LineHeight(ui, ui.fonts.body) + ui.Px(10);
  for (const Formula::Input& input : formula.inputs) {
    if (at.y + inputs > area.Max.y) {
      return;
    }
    DrawTextElided(ui, ui.fonts.body, {at.x, at.y + ui.Px(3)}, p.text_soft, input.label,
                   labels - ui.Px(10));
    ImGui::SetCursorScreenPos({at.x + labels, at.y});
    ImGui::SetNextItemWidth(area.GetWidth() - labels);
    double value = input.value;
    const std::string format = (input.max >= 100 ? "%.0f " : "%.2f ") + input.unit;
    compat::PushFont(ui.fonts.mono);
    if (ImGui::SliderScalar(("##" + input.id).c_str(), ImGuiDataType_Double, &value, &input.min,
                            &input.max, format.c_str(),
                            input.logarithmic ? ImGuiSliderFlags_Logarithmic : 0)) {
      actions.push_back({"formula.set", input.id, fmt::format("{}", value)});
    }
    ImGui::PopFont();
    ui.registry.Last(input.id);
    at.y += inputs;
  }
  at.y += ui.Px(4);
  for (const Formula::Row& row : formula.rows) {
    ImFont* font = row.result ? ui.fonts.heading : ui.fonts.body;
    const float step = LineHeight(ui, font) + ui.Px(3);
    if (at.y + step > area.Max.y) {
      return;
    }
    ui.registry.Value(row.label, row.value);
    const float value = std::min(TextWidth(font, row.value), area.GetWidth() * 0.3F);
    DrawTextElided(ui, ui.fonts.body, at, p.text_soft, row.label, labels - ui.Px(10));
    DrawTextElided(ui, ui.fonts.mono, {at.x + labels, at.y}, p.text_faint, row.expression,
                   area.GetWidth() - labels - value - ui.Px(16));
    DrawTextElided(ui, font, {area.Max.x - value, at.y}, p.text, row.value, value + 1);
    at.y += step;
  }
}

}  // namespace twelve
