#include "app/desktop/widgets/steps_view.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"

namespace twelve {
namespace {

constexpr std::string_view kPhases[] = {"Predict", "Do", "Observe", "Explain"};

}  // namespace

float StepsView::DrawDots(ImVec2 at, float width, Actions& actions) {
  const Palette& p = ui_.colors();
  const auto count = static_cast<int>(scene_.steps.size());
  const float size = std::min(ui_.Px(26), (width - ui_.Px(4)) / static_cast<float>(count));
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int i = 0; i < count; i++) {
    const StepView& step = scene_.steps[static_cast<std::size_t>(i)];
    const std::string name = fmt::format("step {}", i + 1);
    const ImVec2 corner(at.x + static_cast<float>(i) * size, at.y);
    ImGui::SetCursorScreenPos(corner);
    if (ImGui::InvisibleButton(name.c_str(), {size, ui_.Px(24)})) {
      actions.push_back({"step.go", "", std::to_string(i)});
    }
    ui_.registry.Last(name);
    const bool hovered = ImGui::IsItemHovered();
    Tooltip(ui_, step.title);
    const ImVec2 center(corner.x + ui_.Px(11), corner.y + ui_.Px(12));
    const bool here = i == scene_.current_step;
    const float radius = ui_.Px(10);
    if (here || hovered) {
      list->AddCircleFilled(center, radius, Ink(here ? p.text : p.raised), 24);
    } else {
      list->AddCircle(center, radius - 1, Ink(p.edge), 24);
    }
    const std::string label = step.done && !here ? icon::kCheck : std::to_string(i + 1);
    const bool broken = step.held && !*step.held;
    const Rgb color = here ? p.panel : broken ? p.error : p.text_soft;
    DrawText(ui_, ui_.fonts.caption,
             {center.x - TextWidth(ui_.fonts.caption, label) / 2,
              center.y - compat::FontSize(ui_.fonts.caption) / 2},
             color, label);
  }
  return ui_.Px(30);
}

float StepsView::DrawPhases(ImVec2 at, float width, StepPhase phase) {
  const Palette& p = ui_.colors();
  const float gap = ui_.Px(4);
  const float each = ImFloor((width - 3 * gap) / 4);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int i = 0; i < 4; i++) {
    const bool here = static_cast<int>(phase) == i;
    const bool past = static_cast<int>(phase) > i;
    const float x = at.x + static_cast<float>(i) * (each + gap);
    list->AddRectFilled({x, at.y}, {x + each, at.y + ui_.Px(3)},
                        Ink(here   ? p.text
                            : past ? p.text_faint
                                   : p.raised),
                        ui_.Px(1));
    DrawTextElided(ui_, ui_.fonts.caption, {x, at.y + ui_.Px(6)}, here ? p.text : p.text_faint,
                   kPhases[i], each);
  }
  ui_.registry.Value("phase", kPhases[static_cast<int>(phase)]);
  return ui_.Px(8) + LineHeight(ui_, ui_.fonts.caption) + ui_.Px(4);
}

float StepsView::DrawQuestion(ImVec2 at, float width, const StepView& step, Actions& actions) {
  const Palette& p = ui_.colors();
  const float top = at.y;
  at.y += DrawTextWrapped(ui_, ui_.fonts.body, at, p.text, step.predict, width) + ui_.Px(6);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < step.answers.size(); i++) {
    const std::string& answer = step.answers[i];
    const float text = WrappedHeight(ui_, ui_.fonts.body, answer, width - ui_.Px(44));
    const ImRect rect(at, {at.x + width, at.y + text + ui_.Px(8)});
    const std::string name = fmt::format("answer {}", i + 1);
    ImGui::SetCursorScreenPos(rect.Min);
    if (ImGui::InvisibleButton(name.c_str(), rect.GetSize())) {
      actions.push_back({"step.answer", "", std::to_string(i)});
    }
    ui_.registry.Last(name);
    const bool chosen = step.chosen && *step.chosen == static_cast<int>(i);
    list->AddRectFilled(rect.Min, rect.Max,
                        Ink(ImGui::IsItemHovered() || chosen ? p.raised : p.card), ui_.Px(6));
    compat::Outline(list, rect.Min, rect.Max, Ink(chosen ? p.text_soft : p.line), ui_.Px(6));
    const ImVec2 dot(rect.Min.x + ui_.Px(16), rect.GetCenter().y);
    list->AddCircle(dot, ui_.Px(6), Ink(chosen ? p.text : p.text_faint), 16, ui_.Px(1.6F));
    if (chosen) {
      list->AddCircleFilled(dot, ui_.Px(3), Ink(p.text), 12);
    }
    DrawTextWrapped(ui_, ui_.fonts.body, {rect.Min.x + ui_.Px(32), rect.Min.y + ui_.Px(5)}, p.text,
                    answer, width - ui_.Px(44));
    at.y = rect.Max.y + ui_.Px(5);
  }
  return at.y - top;
}

float StepsView::DrawObserved(ImVec2 at, float width, const StepView& step) {
  const Palette& p = ui_.colors();
  const float top = at.y;
  const bool broken = step.held && !*step.held;
  DrawText(ui_, ui_.fonts.caption, at, p.text_faint, "Measured");
  at.y += LineHeight(ui_, ui_.fonts.caption);
  at.y +=
      DrawTextWrapped(ui_, ui_.fonts.strong, at, broken ? p.error : p.text, step.observed, width) +
      ui_.Px(4);
  if (step.chosen) {
    const auto chosen = static_cast<std::size_t>(*step.chosen);
    const bool right = *step.chosen == step.right_answer;
    const std::string answer = chosen < step.answers.size() ? step.answers[chosen] : "";
    const std::string said =
        right ? "You predicted it: " + answer + "." : "You predicted: " + answer + ".";
    const float icon_width =
        DrawText(ui_, ui_.fonts.small, at, p.text_soft, right ? icon::kCheck : icon::kMinus) +
        ui_.Px(6);
    at.y += DrawTextWrapped(ui_, ui_.fonts.small, {at.x + icon_width, at.y}, p.text_soft, said,
                            width - icon_width) +
            ui_.Px(4);
  }
  ui_.registry.Value("observed", step.observed);
  at.y += DrawTextWrapped(ui_, ui_.fonts.body, at, p.text, step.explain, width) + ui_.Px(4);
  return at.y - top;
}

float StepsView::DrawButtons(ImVec2 at, float width, const StepView& step, Actions& actions) {
  const auto wide = [&](float y) {
    return ImRect(at.x, y, at.x + width, y + ButtonHeight(ui_) + ui_.Px(4));
  };
  const bool last = scene_.current_step + 1 >= static_cast<int>(scene_.steps.size());
  if (step.phase != StepPhase::kExplain) {
    // What goes on by hand is counted to its end first.
    if (Button(ui_, wide(at.y), step.action,
               {.kind = ButtonKind::kPrimary,
                .icon = icon::kPlay,
                .enabled = scene_.busy.empty(),
                .tooltip = scene_.busy,
                .name = "do"})) {
      actions.push_back({"step.do", "", ""});
    }
    return ButtonHeight(ui_) + ui_.Px(12);
  }
  float y = at.y;
  if (!last) {
    const StepView& next = scene_.steps[static_cast<std::size_t>(scene_.current_step) + 1];
    if (Button(ui_, wide(y), "Next: " + next.title,
               {.kind = ButtonKind::kPrimary, .name = "next"})) {
      actions.push_back({"step.next", "", ""});
    }
    y += ButtonHeight(ui_) + ui_.Px(10);
  }
  if (Button(ui_, wide(y), step.action,
             {.kind = last ? ButtonKind::kPrimary : ButtonKind::kPlain,
              .icon = icon::kRefresh,
              .enabled = scene_.busy.empty(),
              .tooltip = "Do it again",
              .name = "again"})) {
    actions.push_back({"step.do", "", ""});
  }
  return y + ButtonHeight(ui_) + ui_.Px(12) - at.y;
}

float StepsView::Draw(ImVec2 at, float width, Actions& actions) {
  const Registry::Scope scope(ui_.registry, "steps");
  const Palette& p = ui_.colors();
  const float top = at.y;
  const auto index = static_cast<std::size_t>(scene_.current_step);
  if (index >= scene_.steps.size()) {
    return 0;
  }
  const StepView& step = scene_.steps[index];
  at.y += DrawDots(at, width, actions);
  at.y += DrawTextWrapped(ui_, ui_.fonts.heading, at, p.text, step.title, width, 2) + ui_.Px(2);
  at.y += DrawPhases(at, width, step.phase);
  ui_.registry.Value("title", step.title);
  switch (step.phase) {
    case StepPhase::kPredict:
    case StepPhase::kDo:
      at.y += DrawQuestion(at, width, step, actions) + ui_.Px(4);
      at.y += DrawButtons(at, width, step, actions);
      break;
    case StepPhase::kObserve:
      at.y += DrawTextWrapped(ui_, ui_.fonts.strong, at, p.text,
                              scene_.busy.empty() ? "Measuring" : scene_.busy, width);
      break;
    case StepPhase::kExplain:
      at.y += DrawObserved(at, width, step);
      at.y += DrawButtons(at, width, step, actions);
      break;
  }
  return at.y - top;
}

}  // namespace twelve
