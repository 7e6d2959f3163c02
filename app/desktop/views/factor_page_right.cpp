#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"
#include "app/desktop/views/factor_page.h"
#include "app/desktop/widgets/lists_view.h"
#include "app/desktop/widgets/steps_view.h"

namespace twelve {
namespace {

// Lines of body text get hard to read beyond this width.
constexpr float kReadingWidth = 720;

}  // namespace

float FactorPage::DrawHead(ImVec2 at, float width) {
  const float top = at.y;
  DrawCaption(ui_, at, icon::kBook, fmt::format("Factor {}", factor_.numeral));
  at.y += LineHeight(ui_, ui_.fonts.caption);
  at.y += DrawTextWrapped(ui_, ui_.fonts.title, at, ui_.colors().text, factor_.title, width, 2) +
          ui_.Px(2);
  at.y += DrawTextWrapped(ui_, ui_.fonts.body, at, ui_.colors().text_soft, factor_.rule, width, 5);
  return at.y - top;
}

void FactorPage::DrawRight(const ImRect& area, Actions& actions) {
  const float gutter = ui_.Px(8);
  const bool steps = scene_ != nullptr && !scene_->steps.empty();
  const auto* timeline = scene_ == nullptr ? nullptr : FindPanel<Timeline>(*scene_);
  ImRect rest = area;
  if (steps) {
    const float most = ui_.presenting ? area.GetHeight() : ImFloor(area.GetHeight() * 0.6F);
    // As high as the content was in the frame before: it is known only once it is drawn.
    const float height = ImFloor(std::min(most, ui_.Px(state_.layout.steps_height)));
    const ImRect rect(rest.Min, {rest.Max.x, rest.Min.y + height});
    {
      const Pane pane(ui_, "try", rect, {.scroll = true});
      const float width = rect.GetWidth() - ui_.Px(26);
      const ImVec2 at(rect.Min.x + ui_.Px(12), rect.Min.y + ui_.Px(10) - ImGui::GetScrollY());
      const float used = StepsView(ui_, *scene_).Draw(at, width, actions);
      ImGui::SetCursorScreenPos(at);
      ImGui::Dummy({width, used});
      state_.layout.steps_height = (used + ui_.Px(18)) / ui_.scale;
    }
    rest.Min.y = rect.Max.y + gutter;
  }
  if (ui_.presenting) {
    if (timeline != nullptr && rest.GetHeight() > ui_.Px(90)) {
      DrawTimelinePanel(rest);
    }
    return;
  }
  if (timeline != nullptr && rest.GetHeight() > ui_.Px(240)) {
    const float share = rest.GetHeight() * (steps ? 0.42F : 0.3F);
    const float height = std::clamp(share - ui_.Px(state_.layout.lesson_extra), ui_.Px(80),
                                    rest.GetHeight() - ui_.Px(120));
    const ImRect rect({rest.Min.x, ImFloor(rest.Max.y - height)}, rest.Max);
    const ImRect border({rest.Min.x, rect.Min.y - gutter}, {rest.Max.x, rect.Min.y});
    state_.layout.lesson_extra += Splitter(ui_, border, "lesson border", false) / ui_.scale;
    DrawTimelinePanel(rect);
    rest.Max.y = border.Min.y;
  }
  DrawLessonPanel(rest);
}

void FactorPage::DrawLessonPanel(const ImRect& area) {
  const Pane pane(ui_, "lesson", area, {.scroll = true});
  const float width = std::min(area.GetWidth() - ui_.Px(30), ui_.Px(kReadingWidth));
  const float left = std::max(ui_.Px(12), ImFloor((area.GetWidth() - width) / 2));
  ImGui::SetCursorPos({left, ui_.Px(10)});
  ImGui::Indent(left);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float head = DrawHead(at, width);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, head});
  const Result<Lesson>& lesson = model_.LessonOf(factor_.number);
  if (lesson.ok()) {
    DrawLesson(ui_, *lesson, state_.lesson, width);
  } else {
    const ImVec2 below = ImGui::GetCursorScreenPos();
    DrawTextWrapped(ui_, ui_.fonts.body, below, ui_.colors().error, lesson.error().message, width);
  }
  ImGui::Dummy({width, ui_.Px(10)});
  ImGui::Unindent(left);
}

void FactorPage::DrawTimelinePanel(const ImRect& area) {
  const Pane pane(ui_, "timeline", area);
  const auto& timeline = *FindPanel<Timeline>(*scene_);
  DrawCaption(ui_, pane.inner().Min, icon::kEvents,
              timeline.title.empty() ? "What happened" : timeline.title);
  const float top = pane.inner().Min.y + LineHeight(ui_, ui_.fonts.caption) + ui_.Px(4);
  const ImRect rows({area.Min.x + ui_.Px(2), top},
                    {area.Max.x - ui_.Px(2), area.Max.y - ui_.Px(6)});
  const Pane list(ui_, "rows", rows, {.scroll = true, .frame = false});
  ImGui::SetCursorPos({ui_.Px(6), 0});
  ImGui::Indent(ui_.Px(6));
  DrawTimeline(ui_, timeline, rows.GetWidth() - ui_.Px(26));
  ImGui::Unindent(ui_.Px(6));
}

void FactorPage::DrawReading(const ImRect& body) {
  const float gutter = ui_.Px(8);
  const float side = ImFloor(std::min(ui_.Px(380), body.GetWidth() * 0.36F));
  const ImRect text(body.Min, {body.Max.x - side - gutter, body.Max.y});
  DrawLessonPanel(text);
  DrawChecks(ImRect({text.Max.x + gutter, body.Min.y}, body.Max));
}

void FactorPage::DrawChecks(const ImRect& area) {
  const Pane pane(ui_, "checks", area, {.scroll = true});
  const float width = area.GetWidth() - ui_.Px(30);
  const ImVec2 start(area.Min.x + ui_.Px(12), area.Min.y + ui_.Px(10) - ImGui::GetScrollY());
  ImVec2 at = start;
  DrawCaption(ui_, at, icon::kFlask, "Live experiment");
  at.y += LineHeight(ui_, ui_.fonts.caption) + ui_.Px(2);
  at.y += DrawTextWrapped(ui_, ui_.fonts.body, at, ui_.colors().text_soft,
                          "This factor has no live experiment yet. Disposability has one: its "
                          "processes run now.",
                          width) +
          ui_.Px(6);
  if (ButtonInRow(ui_, at, "Open IX Disposability", {.icon = icon::kPlay, .name = "open IX"})) {
    ui_.go_to = 9;
  }
  at = ImVec2(start.x, at.y + ButtonHeight(ui_) + ui_.Px(18));
  DrawCaption(ui_, at, icon::kCheckCircle, "Checks of this factor");
  at.y += LineHeight(ui_, ui_.fonts.caption) + ui_.Px(4);
  if (factor_.checks.empty()) {
    at.y += DrawTextWrapped(ui_, ui_.fonts.body, at, ui_.colors().text_soft,
                            "There is no check of this factor yet.", width);
  }
  for (const Check* check : factor_.checks) {
    at.y += DrawTextWrapped(ui_, ui_.fonts.body, at, ui_.colors().text, check->question, width);
    DrawTextElided(ui_, ui_.fonts.mono, at, ui_.colors().text_faint, check->id, width);
    at.y += LineHeight(ui_, ui_.fonts.mono) + ui_.Px(8);
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, at.y - start.y});
}

}  // namespace twelve
