#include "app/desktop/views/factor_page.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"
#include "app/desktop/widgets/panel_views.h"
#include "app/desktop/widgets/time_series_view.h"

namespace twelve {
namespace {

constexpr std::size_t kMaxCharts = 2;
constexpr Duration kSettled = std::chrono::milliseconds(1500);

float RightWidth(const Ui& ui, float body_width, float extra) {
  const float logical = body_width / ui.scale;
  const float wanted = logical < 1240 ? 304.0F : logical < 1680 ? 360.0F : 440.0F;
  return ui.Px(std::clamp(wanted + extra, 260.0F, logical * 0.5F));
}

std::vector<const TimeSeries*> Charts(const Scene& scene) {
  std::vector<const TimeSeries*> charts;
  for (const Panel& panel : scene.panels) {
    const auto* chart = std::get_if<TimeSeries>(&panel);
    if (chart != nullptr && charts.size() < kMaxCharts) {
      charts.push_back(chart);
    }
  }
  return charts;
}

/// Two columns: of an odd number the first takes the left one alone.
ImRect Cell(const ImRect& grid, float gutter, std::size_t index, std::size_t count) {
  if (count == 1) {
    return grid;
  }
  const std::size_t left = count % 2 == 1 ? 1 : count / 2;
  const bool in_left = index < left;
  const std::size_t rows = in_left ? left : count - left;
  const std::size_t row = in_left ? index : index - left;
  const float width = ImFloor((grid.GetWidth() - gutter) / 2);
  const auto n = static_cast<float>(rows);
  const float height = ImFloor((grid.GetHeight() - gutter * (n - 1)) / n);
  const float x = in_left ? grid.Min.x : grid.Min.x + width + gutter;
  const float y = grid.Min.y + static_cast<float>(row) * (height + gutter);
  return ImRect({x, y},
                {in_left ? x + width : grid.Max.x, row + 1 == rows ? grid.Max.y : y + height});
}

}  // namespace

FactorPage::FactorPage(Ui& ui, WindowModel& model, const Factor& factor, FactorPageState& state)
    : ui_(ui), model_(model), factor_(factor), state_(state), scene_(model.Latest(factor.number)) {}

void FactorPage::Draw(const ImRect& body, Actions& actions) {
  const Registry::Scope scope(ui_.registry, "page");
  if (factor_.make_experiment == nullptr && scene_ == nullptr) {
    DrawReading(body);
  } else {
    DrawRunning(body, actions);
  }
}

void FactorPage::DrawRunning(const ImRect& body, Actions& actions) {
  const float gutter = ui_.Px(8);
  const float right = RightWidth(ui_, body.GetWidth(), state_.layout.right_extra);
  const ImRect centre(body.Min, {body.Max.x - right - gutter, body.Max.y});
  const ImRect side({centre.Max.x + gutter, body.Min.y}, body.Max);
  const ImRect border({centre.Max.x, body.Min.y}, {side.Min.x, body.Max.y});
  state_.layout.right_extra -= Splitter(ui_, border, "right border", true) / ui_.scale;
  if (scene_ == nullptr) {
    const Pane pane(ui_, "stage", centre);
    if (EmptyState(ui_, centre, "Nothing runs. The experiment starts real processes under load.",
                   "Start the processes",
                   {.kind = ButtonKind::kPrimary, .icon = icon::kPlay, .name = "start"})) {
      model_.Start(factor_.number);
    }
  } else {
    RepeatStep(actions);
    DrawCentre(centre, actions);
  }
  DrawRight(side, actions);
}

void FactorPage::DrawCentre(const ImRect& area, Actions& actions) {
  const float gutter = ui_.Px(8);
  // A factor's own pictures need the room of the charts.
  const bool pictures = std::any_of(scene_->panels.begin(), scene_->panels.end(), HasView);
  const bool tall = area.GetHeight() >= ui_.Px(800) && !pictures;
  const std::vector<const TimeSeries*> charts = Charts(*scene_);
  ImRect rest = area;
  rest.Min.y += DrawError(area);
  if (FindPanel<Stage>(*scene_) == nullptr) {
    const Pane pane(ui_, "stage", rest);
    if (scene_->error.empty()) {
      EmptyState(ui_, rest, scene_->busy.empty() ? "Starting the processes." : scene_->busy, "");
    } else if (EmptyState(
                   ui_, rest, "The experiment could not begin.", "Try again",
                   {.kind = ButtonKind::kPrimary, .icon = icon::kRefresh, .name = "start"})) {
      model_.Stop(factor_.number);
      model_.Start(factor_.number);
    }
    return;
  }
  const ImRect stage_rect = DrawStagePanel(rest, actions);
  rest.Min.y = stage_rect.Max.y + gutter;
  if (!ui_.presenting) {
    const float share = ImFloor(area.GetHeight() * (pictures ? 0.2F : tall ? 0.27F : 0.26F));
    const float bottom = std::clamp(share + ui_.Px(state_.layout.bottom_extra), ui_.Px(110),
                                    std::max(ui_.Px(111), rest.GetHeight() - ui_.Px(220)));
    const ImRect bottom_rect({rest.Min.x, ImFloor(rest.Max.y - bottom)}, rest.Max);
    const ImRect border({rest.Min.x, bottom_rect.Min.y - gutter}, {rest.Max.x, bottom_rect.Min.y});
    state_.layout.bottom_extra -= Splitter(ui_, border, "bottom border", false) / ui_.scale;
    DrawBottom(bottom_rect, !tall && !charts.empty(), actions);
    rest.Max.y = border.Min.y;
    if (tall && !charts.empty()) {
      const float chart_height = ui_.Px(150);
      DrawCharts(ImRect({rest.Min.x, rest.Max.y - chart_height}, rest.Max));
      rest.Max.y -= chart_height + gutter;
    }
  }
  DrawPicturePanel(rest, actions);
}

float FactorPage::DrawError(const ImRect& area) {
  if (scene_->error.empty()) {
    return 0;
  }
  const float width = area.GetWidth() - ui_.Px(52);
  const float height = WrappedHeight(ui_, ui_.fonts.strong, scene_->error, width, 3) + ui_.Px(18);
  const ImRect rect(area.Min, {area.Max.x, area.Min.y + ImFloor(height)});
  const Pane pane(ui_, "error", rect);
  ui_.registry.Value("text", scene_->error);
  compat::Outline(pane.list(), rect.Min, rect.Max, Ink(ui_.colors().error), ui_.Px(8));
  DrawText(ui_, ui_.fonts.strong, {rect.Min.x + ui_.Px(12), rect.Min.y + ui_.Px(10)},
           ui_.colors().error, icon::kWarning);
  DrawTextWrapped(ui_, ui_.fonts.strong, {rect.Min.x + ui_.Px(38), rect.Min.y + ui_.Px(10)},
                  ui_.colors().error, scene_->error, width, 3);
  return rect.GetHeight() + ui_.Px(8);
}

ImRect FactorPage::DrawStagePanel(const ImRect& area, Actions& actions) {
  StageView view(ui_, *FindPanel<Stage>(*scene_), scene_->controls, state_.stage);
  const float width = area.GetWidth() - ui_.Px(36);
  view.FoldInto(width, area.GetHeight() * 0.42F);
  const float wanted = view.Height(width) + ui_.Px(18);
  const float height = ImFloor(std::min(wanted, area.GetHeight() * 0.5F));
  const ImRect rect(area.Min, {area.Max.x, area.Min.y + height});
  const Pane pane(ui_, "stage", rect, {.scroll = wanted > height});
  const ImVec2 at(pane.inner().Min.x, pane.inner().Min.y - ImGui::GetScrollY());
  view.Draw(ImRect(at, {at.x + width, at.y + wanted - ui_.Px(18)}), actions);
  if (wanted > height) {
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width, wanted - ui_.Px(12)});
  }
  return rect;
}

void FactorPage::DrawPicturePanel(const ImRect& area, Actions& actions) {
  std::vector<const Panel*> views;
  for (const Panel& panel : scene_->panels) {
    if (HasView(panel)) {
      views.push_back(&panel);
    }
  }
  if (!views.empty() && !state_.requests) {
    DrawViews(area, views, actions);
    return;
  }
  const Pane pane(ui_, "picture", area);
  if (!views.empty()) {
    const float corner = DrawViewSwitch(pane.inner(), "Show the picture");
    DrawPicture(ui_, pane.inner(),
                {.verdict = FindPanel<VerdictPanel>(*scene_),
                 .lanes = FindPanel<Lanes>(*scene_),
                 .corner = corner},
                actions);
    return;
  }
  PictureParts parts{FindPanel<VerdictPanel>(*scene_), FindPanel<Compare>(*scene_),
                     FindPanel<Lanes>(*scene_), &scene_->controls, &state_.repeat_with};
  const ImRect& inner = pane.inner();
  if (parts.compare != nullptr && parts.lanes != nullptr) {
    const bool busy = !scene_->busy.empty();
    const bool live = busy || state_.live;
    const ButtonLook look{.kind = ButtonKind::kGhost, .enabled = !busy, .name = "live"};
    const std::string label = live ? "Compare the two runs" : "Show what goes on now";
    const float width = ButtonWidth(ui_, label, look);
    // On the caption's line, where the sentences leave room.
    const ImRect button({inner.Max.x + ui_.Px(6) - width, inner.Min.y - ui_.Px(5)},
                        {inner.Max.x + ui_.Px(6), inner.Min.y + ui_.Px(21)});
    parts.corner = width;
    if (!busy && Button(ui_, button, label, look)) {
      state_.live = !state_.live;
    }
    if (live) {
      parts.compare = nullptr;
    } else {
      parts.lanes = nullptr;
    }
  }
  DrawPicture(ui_, inner, parts, actions);
}

float FactorPage::DrawViewSwitch(const ImRect& inner, std::string_view label) {
  if (FindPanel<Lanes>(*scene_) == nullptr) {
    return 0;
  }
  const ButtonLook look{.kind = ButtonKind::kGhost, .name = "requests"};
  const float width = ButtonWidth(ui_, label, look);
  const ImRect button({inner.Max.x + ui_.Px(6) - width, inner.Min.y - ui_.Px(5)},
                      {inner.Max.x + ui_.Px(6), inner.Min.y + ui_.Px(21)});
  if (Button(ui_, button, label, look)) {
    state_.requests = !state_.requests;
  }
  return width;
}

void FactorPage::DrawViews(const ImRect& area, const std::vector<const Panel*>& views,
                           Actions& actions) {
  const float gutter = ui_.Px(8);
  const auto* verdict = FindPanel<VerdictPanel>(*scene_);
  const bool many = verdict != nullptr && verdict->sentence.size() > 60;
  const float head = ui_.Px(ui_.presenting ? 120 : many ? 96 : 74);
  {
    const Pane pane(ui_, "picture", ImRect(area.Min, {area.Max.x, area.Min.y + head}));
    const float corner = DrawViewSwitch(pane.inner(), "Show the requests");
    DrawPicture(ui_, pane.inner(), {.verdict = verdict, .corner = corner}, actions);
  }
  const ImRect grid({area.Min.x, area.Min.y + head + gutter}, area.Max);
  for (std::size_t i = 0; i < views.size(); i++) {
    const Pane pane(ui_, fmt::format("view {}", i + 1), Cell(grid, gutter, i, views.size()));
    const ImRect& inner = pane.inner();
    DrawTextElided(ui_, ui_.fonts.caption, inner.Min, ui_.colors().text_soft, TitleOf(*views[i]),
                   inner.GetWidth());
    const float below = inner.Min.y + LineHeight(ui_, ui_.fonts.caption) + ui_.Px(4);
    DrawPanelView(ui_, ImRect({inner.Min.x, below}, inner.Max), *views[i], actions);
  }
}

void FactorPage::RepeatStep(Actions& actions) {
  if (state_.repeat_with.empty()) {
    return;
  }
  if (!scene_->error.empty()) {
    state_.repeat_with.clear();
    return;
  }
  const bool as_built = state_.repeat_with == kAsBuilt;
  const bool on = std::all_of(
      scene_->controls.begin(), scene_->controls.end(), [&](const ControlView& control) {
        const bool wanted = !as_built && control.target == state_.repeat_with;
        return control.id != "violate" || (!wanted && !as_built) || (control.value != 0) == wanted;
      });
  const auto* stage = FindPanel<Stage>(*scene_);
  // Settled: what the switch itself cut must not lie in the picture of the step.
  const bool ready =
      stage != nullptr &&
      std::all_of(stage->cards.begin(), stage->cards.end(), [&](const ProcessCard& card) {
        return card.status.state == ProcessState::kReady && card.status.ready &&
               scene_->now - *card.status.ready > kSettled;
      });
  if (on && ready && scene_->busy.empty()) {
    actions.push_back({"step.do", "", ""});
    state_.repeat_with.clear();
  }
}

void FactorPage::DrawCharts(const ImRect& area) {
  const std::vector<const TimeSeries*> charts = Charts(*scene_);
  const float gutter = ui_.Px(8);
  const auto count = static_cast<float>(charts.size());
  const float width = ImFloor((area.GetWidth() - gutter * (count - 1)) / count);
  for (std::size_t i = 0; i < charts.size(); i++) {
    const float x = area.Min.x + static_cast<float>(i) * (width + gutter);
    const ImRect rect({x, area.Min.y},
                      {i + 1 == charts.size() ? area.Max.x : x + width, area.Max.y});
    const Pane pane(ui_, fmt::format("chart {}", i + 1), rect);
    DrawTimeSeries(ui_, pane.inner(), *charts[i]);
  }
}

}  // namespace twelve
