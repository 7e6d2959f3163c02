#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/widgets/panel_views.h"

namespace twelve {
namespace {

Rgb LaneColor(const Ui& ui, int lane) {
  return ui.colors().series[static_cast<std::size_t>(std::clamp(lane, 0, 4))];
}

const char* StageIcon(Pipeline::State state) {
  switch (state) {
    case Pipeline::State::kWaiting:
      return icon::kMinus;
    case Pipeline::State::kRunning:
      return icon::kRefresh;
    case Pipeline::State::kDone:
      return icon::kCheckCircle;
    case Pipeline::State::kFailed:
      return icon::kWarning;
    case Pipeline::State::kSkipped:
      return icon::kDown;
  }
  return icon::kMinus;
}

std::string_view StageWord(Pipeline::State state) {
  switch (state) {
    case Pipeline::State::kWaiting:
      return "waiting";
    case Pipeline::State::kRunning:
      return "running";
    case Pipeline::State::kDone:
      return "done";
    case Pipeline::State::kFailed:
      return "failed";
    case Pipeline::State::kSkipped:
      return "not needed";
  }
  return "";
}

void DrawStageBox(Ui& ui, const ImRect& box, const Pipeline::Stage& stage) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool failed = stage.state == Pipeline::State::kFailed;
  list->AddRectFilled(box.Min, box.Max, Ink(p.card), ui.Px(6));
  compat::Outline(list, box.Min, box.Max, Ink(failed ? p.error : p.edge), ui.Px(6));
  const float width = box.GetWidth() - ui.Px(16);
  ImVec2 at(box.Min.x + ui.Px(8), box.Min.y + ui.Px(6));
  const Rgb ink = failed ? p.error : p.text;
  const float mark = DrawText(ui, ui.fonts.small, at, ink, StageIcon(stage.state)) + ui.Px(6);
  DrawTextElided(ui, ui.fonts.strong, {at.x + mark, at.y - ui.Px(1)}, ink, stage.name,
                 width - mark);
  at.y += LineHeight(ui, ui.fonts.strong);
  const std::string time = stage.seconds > 0
                               ? fmt::format("{}, {:.2f} s", StageWord(stage.state), stage.seconds)
                               : std::string(StageWord(stage.state));
  DrawTextElided(ui, ui.fonts.small, at, p.text_soft, time, width);
  at.y += LineHeight(ui, ui.fonts.small);
  DrawTextElided(ui, ui.fonts.small, at, p.text_soft, stage.note, width);
}

void DrawPinLabels(Ui& ui, const CommitGraph& graph, int commit, ImVec2 at, float right) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const CommitGraph::Pin& pin : graph.pins) {
    if (pin.commit != commit) {
      continue;
    }
    const bool drift = !pin.drift.empty();
    const std::string text = drift ? pin.deploy + ": " + pin.drift : pin.deploy;
    const float width = std::min(TextWidth(ui.fonts.caption, text) + ui.Px(14), right - at.x);
    if (width < ui.Px(30)) {
      return;
    }
    const ImRect box(at, {at.x + width, at.y + LineHeight(ui, ui.fonts.caption) + ui.Px(2)});
    list->AddRectFilled(box.Min, box.Max, Ink(p.raised), ui.Px(4));
    compat::Outline(list, box.Min, box.Max, Ink(drift ? p.error : p.edge), ui.Px(4));
    DrawTextElided(ui, ui.fonts.caption, {at.x + ui.Px(7), at.y + ui.Px(2)},
                   drift ? p.error : p.text, text, width - ui.Px(12));
    at.x += width + ui.Px(6);
  }
}

/// From the process type to the resource; cut in the middle when it does not answer.
void DrawWireLine(Ui& ui, const ImRect& area, const Wires::Wire& wire) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float from = area.Min.x + std::min(ui.Px(110), area.GetWidth() * 0.4F);
  const float middle = Snap(area.GetCenter().y);
  DrawTextElided(ui, ui.fonts.strong, {area.Min.x, middle - ui.Px(10)}, TypeColor(p, wire.from),
                 wire.from, from - area.Min.x - ui.Px(8));
  if (wire.trouble) {
    const float cut = (from + area.Max.x) / 2;
    list->AddLine({from, middle}, {cut - ui.Px(8), middle}, Ink(p.error), 2);
    list->AddLine({cut + ui.Px(8), middle}, {area.Max.x, middle}, Ink(p.error), 2);
  } else {
    list->AddLine({from, middle}, {area.Max.x, middle}, Ink(p.edge), 2);
  }
  const std::string label =
      wire.latency_ms > 0 ? fmt::format("{}, {:.1f} ms", wire.state, wire.latency_ms) : wire.state;
  DrawTextElided(ui, ui.fonts.small, {from, middle - ui.Px(20)},
                 wire.trouble ? p.error : p.text_soft, label, area.Max.x - from - ui.Px(8));
}

/// One cell per connection of the pool: filled while it is lent.
void DrawSlots(Ui& ui, const ImRect& box, const Wires::Wire& wire) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float cell = ui.Px(9);
  const float left = box.Max.x - ui.Px(10) - static_cast<float>(wire.slots) * (cell + 2);
  if (left < box.Min.x + box.GetWidth() * 0.5F) {
    DrawTextRight(ui, ui.fonts.small, {box.Max.x - ui.Px(10), box.Max.y - ui.Px(20)}, p.text_soft,
                  fmt::format("{} of {} in use", wire.slots_used, wire.slots));
    return;
  }
  for (int i = 0; i < wire.slots; i++) {
    const ImVec2 a(left + static_cast<float>(i) * (cell + 2), box.Max.y - cell - ui.Px(8));
    if (i < wire.slots_used) {
      list->AddRectFilled(a, {a.x + cell, a.y + cell}, Ink(wire.trouble ? p.error : p.series[0]));
    } else {
      compat::Outline(list, a, {a.x + cell, a.y + cell}, Ink(p.edge));
    }
  }
}

void DrawResource(Ui& ui, const ImRect& box, const Wires::Wire& wire, Actions& actions) {
  const Palette& p = ui.colors();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.Min, box.Max, Ink(p.card), ui.Px(6));
  compat::Outline(list, box.Min, box.Max, Ink(wire.trouble ? p.error : p.edge), ui.Px(6));
  float right = box.Max.x - ui.Px(8);
  for (auto plug = wire.plugs.rbegin(); plug != wire.plugs.rend(); ++plug) {
    const ButtonLook look{.kind = ButtonKind::kGhost};
    const float width = ButtonWidth(ui, *plug, look);
    if (right - width < box.Min.x + ui.Px(90)) {
      break;
    }
    const float top = box.Min.y + ui.Px(2);
    if (Button(ui, ImRect({right - width, top}, {right, top + ButtonHeight(ui)}), *plug, look)) {
      actions.push_back({"plug", wire.resource, *plug});
    }
    right -= width + ui.Px(4);
  }
  const ImVec2 at(box.Min.x + ui.Px(10), box.Min.y + ui.Px(5));
  DrawTextElided(ui, ui.fonts.strong, at, wire.trouble ? p.error : p.text, wire.resource,
                 right - at.x - ui.Px(6));
  DrawTextElided(ui, ui.fonts.mono, {at.x, at.y + LineHeight(ui, ui.fonts.body)}, p.text_soft,
                 wire.place, box.GetWidth() * (wire.slots > 0 ? 0.46F : 0.94F));
  if (wire.slots > 0) {
    DrawSlots(ui, box, wire);
  }
}

}  // namespace

void DrawCommitGraph(Ui& ui, const ImRect& area, const CommitGraph& graph) {
  const Palette& p = ui.colors();
  const float step = LineHeight(ui, ui.fonts.body) + ui.Px(10);
  const auto rows = static_cast<std::size_t>(std::max(1.0F, area.GetHeight() / step));
  const std::size_t first = graph.commits.size() > rows ? graph.commits.size() - rows : 0;
  const auto place = [&](std::size_t index) {
    // The newest on top.
    const auto row = static_cast<float>(graph.commits.size() - 1 - index);
    const auto lane = static_cast<float>(graph.commits[index].lane);
    return ImVec2(area.Min.x + ui.Px(14) + lane * ui.Px(22), area.Min.y + step * row + step / 2);
  };
  int lanes = 0;
  for (const CommitGraph::Commit& commit : graph.commits) {
    lanes = std::max(lanes, commit.lane);
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = first; i < graph.commits.size(); i++) {
    for (const int parent : graph.commits[i].parents) {
      if (parent >= static_cast<int>(first)) {
        list->AddLine(place(i), place(static_cast<std::size_t>(parent)), Ink(p.edge), ui.Px(2));
      }
    }
  }
  const float text = area.Min.x + ui.Px(14) + ui.Px(22) * static_cast<float>(lanes + 1);
  const float ids = TextWidth(ui.fonts.mono, "0000000") + ui.Px(12);
  for (std::size_t i = first; i < graph.commits.size(); i++) {
    const CommitGraph::Commit& commit = graph.commits[i];
    const ImVec2 center = place(i);
    if (commit.unknown) {
      list->AddCircle(center, ui.Px(6), Ink(p.error), 20, ui.Px(2));
    } else {
      list->AddCircleFilled(center, ui.Px(6), Ink(LaneColor(ui, commit.lane)), 20);
    }
    const float y = center.y - compat::FontSize(ui.fonts.body) / 2;
    DrawTextElided(ui, ui.fonts.mono, {text, y}, commit.unknown ? p.error : p.text_soft, commit.id,
                   ids);
    const float half = (area.Max.x - text - ids) * 0.5F;
    DrawTextElided(ui, ui.fonts.body, {text + ids, y}, commit.unknown ? p.error : p.text,
                   commit.message, half - ui.Px(10));
    DrawPinLabels(ui, graph, static_cast<int>(i), {text + ids + half, y - ui.Px(1)}, area.Max.x);
  }
}

void DrawPipeline(Ui& ui, const ImRect& area, const Pipeline& pipeline) {
  const Palette& p = ui.colors();
  const float gap = ui.Px(22);
  const auto count = static_cast<float>(std::max<std::size_t>(1, pipeline.stages.size()));
  const float width = ImFloor((area.GetWidth() - gap * (count - 1)) / count);
  const float height =
      LineHeight(ui, ui.fonts.strong) + 2 * LineHeight(ui, ui.fonts.small) + ui.Px(12);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < pipeline.stages.size(); i++) {
    const float x = area.Min.x + static_cast<float>(i) * (width + gap);
    const ImRect box({x, area.Min.y}, {x + width, area.Min.y + height});
    DrawStageBox(ui, box, pipeline.stages[i]);
    if (i + 1 < pipeline.stages.size()) {
      const float y = Snap(box.GetCenter().y);
      list->AddLine({box.Max.x + ui.Px(3), y}, {box.Max.x + gap - ui.Px(3), y}, Ink(p.edge), 2);
    }
  }
  float y = area.Min.y + (pipeline.stages.empty() ? 0 : height + ui.Px(10));
  const float step = LineHeight(ui, ui.fonts.mono) + ui.Px(4);
  const float ids = TextWidth(ui.fonts.mono_strong, "v1000") + ui.Px(12);
  const float slugs = TextWidth(ui.fonts.mono, "0000000") + ui.Px(14);
  for (const Pipeline::Release& release : pipeline.releases) {
    if (y + step > area.Max.y) {
      break;
    }
    if (release.current) {
      list->AddRectFilled({area.Min.x, y - ui.Px(1)}, {area.Max.x, y + step - ui.Px(2)},
                          Ink(p.raised), ui.Px(4));
    }
    const Rgb ink = release.bad ? p.error : p.text;
    float x = area.Min.x + ui.Px(8);
    DrawTextElided(ui, ui.fonts.mono_strong, {x, y}, ink, release.id, ids);
    x += ids;
    DrawTextElided(ui, ui.fonts.mono, {x, y}, p.text_soft, release.slug, slugs);
    x += slugs;
    std::string rest = release.config;
    if (!release.note.empty()) {
      rest += rest.empty() ? release.note : "  ·  " + release.note;
    }
    if (release.current) {
      rest += rest.empty() ? "runs now" : "  ·  runs now";
    }
    DrawTextElided(ui, ui.fonts.body, {x, y}, ink, rest, area.Max.x - x - ui.Px(8));
    y += step;
  }
}

void DrawWires(Ui& ui, const ImRect& area, const Wires& wires, Actions& actions) {
  const float row = LineHeight(ui, ui.fonts.body) * 2 + ui.Px(14);
  const float left = area.Min.x + area.GetWidth() * 0.42F;
  float y = area.Min.y;
  for (const Wires::Wire& wire : wires.wires) {
    if (y + row > area.Max.y) {
      break;
    }
    const Registry::Scope scope(ui.registry, wire.resource);
    ui.registry.Value("state", wire.state);
    DrawWireLine(ui, ImRect({area.Min.x, y}, {left - ui.Px(4), y + row - ui.Px(8)}), wire);
    DrawResource(ui, ImRect({left, y}, {area.Max.x, y + row - ui.Px(8)}), wire, actions);
    y += row;
  }
}

}  // namespace twelve
