#include "app/desktop/widgets/env_view.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"

namespace twelve {
namespace {

struct Columns {
  float name, value, was;  // left edges
  float right;
};

std::size_t Changes(const EnvEditor& editor, const EnvEdits& edits) {
  const auto pending = static_cast<std::size_t>(std::count_if(
      editor.rows.begin(), editor.rows.end(),
      [&](const EnvRow& row) { return row.changed && edits.values.count(row.name) == 0; }));
  return edits.values.size() + pending;
}

void DrawRow(Ui& ui, const EnvRow& row, const Columns& columns, EnvEdits& edits) {
  const Palette& p = ui.colors();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.Px(28);
  const float text_y = at.y + (height - compat::FontSize(ui.fonts.mono)) / 2;
  const auto edit = edits.values.find(row.name);
  const bool changed = edit != edits.values.end() || row.changed;
  DrawTextElided(ui, ui.fonts.mono, {columns.name, text_y}, changed ? p.text : p.text_soft,
                 row.name, columns.value - columns.name - ui.Px(12));
  std::string value = edit != edits.values.end() ? edit->second : row.value;
  const ImRect field(columns.value, at.y, columns.was - ui.Px(12), at.y + height);
  ImGui::PushID(row.name.c_str());
  if (TextField(ui, field, row.name, value, {.password = row.secret})) {
    if (value == row.value) {
      edits.values.erase(row.name);
    } else {
      edits.values[row.name] = value;
    }
  }
  ImGui::PopID();
  if (changed) {
    // The value that still runs; nothing for a variable that is new.
    const std::string running = edit != edits.values.end() && !row.changed ? row.value : row.was;
    const std::string was =
        running.empty() ? "new" : "runs with " + (row.secret ? "••••" : running);
    DrawTextElided(ui, ui.fonts.small, {columns.was, text_y}, p.text_soft, was,
                   columns.right - columns.was);
    ui.registry.Value(row.name + "/was", was);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({columns.right - columns.name, height + ui.Px(4) - ImGui::GetStyle().ItemSpacing.y});
}

void DrawAdd(Ui& ui, const Columns& columns, EnvEdits& edits) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.Px(28);
  TextField(ui, ImRect(columns.name, at.y, columns.value - ui.Px(12), at.y + height), "new name",
            edits.new_name, {.hint = "NEW_NAME"});
  TextField(ui, ImRect(columns.value, at.y, columns.was - ui.Px(12), at.y + height), "new value",
            edits.new_value, {.hint = "value"});
  const bool valid = !edits.new_name.empty() && edits.new_name.find('=') == std::string::npos;
  const ImRect button(columns.was, at.y, columns.was + ButtonWidth(ui, "Add", {.icon = icon::kAdd}),
                      at.y + height);
  if (Button(ui, button, "Add", {.icon = icon::kAdd, .enabled = valid, .name = "add"})) {
    edits.values[edits.new_name] = edits.new_value;
    edits.new_name.clear();
    edits.new_value.clear();
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({columns.right - columns.name, height});
}

void DrawHeader(Ui& ui, const EnvEditor& editor, EnvEdits& edits, float width, Actions& actions) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::size_t changes = Changes(editor, edits);
  const std::string label = changes == 0   ? "Relaunch"
                            : changes == 1 ? "Relaunch with 1 change"
                                           : fmt::format("Relaunch with {} changes", changes);
  const ButtonLook look{.icon = icon::kRefresh,
                        .enabled = changes > 0,
                        .tooltip = "Starts a new release with this environment",
                        .name = "relaunch"};
  const float button = ButtonWidth(ui, label, look);
  const float text_y = at.y + (ButtonHeight(ui) - compat::FontSize(ui.fonts.small)) / 2;
  const std::string about = fmt::format("Release {}.  {}", editor.release, editor.note);
  DrawTextElided(ui, ui.fonts.small, {at.x, text_y}, ui.colors().text_soft, about,
                 width - button - ui.Px(12));
  const ImRect rect(at.x + width - button, at.y, at.x + width, at.y + ButtonHeight(ui));
  if (Button(ui, rect, label, look)) {
    for (const auto& [name, value] : edits.values) {
      actions.push_back({"env.set", name, value});
    }
    actions.push_back({"env.apply", "", ""});
    edits.values.clear();
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, ButtonHeight(ui)});
}

}  // namespace

void DrawEnvEditor(Ui& ui, const EnvEditor& editor, EnvEdits& edits, float width,
                   Actions& actions) {
  const Registry::Scope scope(ui.registry, "env");
  ui.registry.Value("release", std::to_string(editor.release));
  edits.release = editor.release;
  DrawHeader(ui, editor, edits, width, actions);
  const float left = ImGui::GetCursorScreenPos().x;
  float names = TextWidth(ui.fonts.mono, "NEW_NAME") + ui.Px(24);
  for (const EnvRow& row : editor.rows) {
    names = std::max(names, TextWidth(ui.fonts.mono, row.name));
  }
  names = std::min(names, width * 0.35F);
  const Columns columns{left, left + names + ui.Px(16), left + names + ui.Px(16) + width * 0.4F,
                        left + width};
  for (const EnvRow& row : editor.rows) {
    DrawRow(ui, row, columns, edits);
  }
  std::vector<std::string> added;  // drawing a row may change the map of edits
  for (const auto& edit : edits.values) {
    if (std::none_of(editor.rows.begin(), editor.rows.end(),
                     [&](const EnvRow& row) { return row.name == edit.first; })) {
      added.push_back(edit.first);
    }
  }
  for (const std::string& name : added) {
    EnvRow row;
    row.name = name;
    DrawRow(ui, row, columns, edits);
  }
  DrawAdd(ui, columns, edits);
}

}  // namespace twelve
