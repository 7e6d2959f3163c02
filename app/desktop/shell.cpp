#include "app/desktop/shell.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"
#include "app/desktop/pane.h"
#include "app/desktop/views/start_page.h"

namespace twelve {
namespace {

constexpr int kLiveFactor = 9;  // whose processes serve behind the start page

}  // namespace

Shell::Shell(Ui& ui, WindowModel& model) : ui_(ui), model_(model) {}

void Shell::OpenFactor(int factor) {
  if (factor >= 1 && factor <= static_cast<int>(model_.Factors().size())) {
    page_ = PageKind::kFactor;
    factor_ = factor;
  }
}

void Shell::SetPresenting(bool on) {
  settings_.presenting = on;
  if (on && model_.Latest(factor_) == nullptr) {
    OpenFactor(kLiveFactor);
  }
}

void Shell::Say(std::string text) {
  toast_ = std::move(text);
  toast_until_ = ui_.seconds + 4;
}

std::optional<Shell::Running> Shell::FindRunning() const {
  for (const Factor& factor : model_.Factors()) {
    if (auto scene = model_.Latest(factor.number)) {
      const auto* stage = FindPanel<Stage>(*scene);
      const std::size_t count = stage == nullptr ? 0 : stage->cards.size();
      return Running{factor.number, std::move(scene), count};
    }
  }
  return std::nullopt;
}

void Shell::Post(const Actions& actions) {
  for (const Action& action : actions) {
    model_.Post(page_ == PageKind::kFactor ? factor_ : kLiveFactor, action);
  }
}

void Shell::NoteProgress() {
  const std::shared_ptr<const CheckSnapshot> check = model_.LatestCheck();
  if (check != nullptr && check->generation != noted_check_) {
    noted_check_ = check->generation;
    progress_.conforms = {};
    NoteConformance(*check, progress_);
  }
  const auto index = static_cast<std::size_t>(factor_);
  if (page_ != PageKind::kFactor || progress_.learned[index]) {
    return;
  }
  const std::shared_ptr<const Scene> scene = model_.Latest(factor_);
  if (scene != nullptr && !scene->steps.empty()) {
    progress_.learned[index] = std::all_of(scene->steps.begin(), scene->steps.end(),
                                           [](const StepView& step) { return step.done; });
  }
  const Result<Lesson>& lesson = model_.LessonOf(factor_);
  if (lesson.ok() && pages_[factor_].lesson.AllRight(*lesson)) {
    progress_.learned[index] = true;
  }
}

void Shell::Draw() {
  ui_.registry.BeginFrame();
  ui_.animating = false;
  ui_.presenting = settings_.presenting;
  ui_.crosshair = ui_.next_crosshair;
  ui_.next_crosshair.reset();
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const ImRect window({0, 0}, size);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin("twelve", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse |
                   ImGuiWindowFlags_NoSavedSettings);
  ImGui::PopStyleVar();
  ui_.panel = window;
  const ImRect top({0, 0}, {size.x, ui_.Px(46)});
  DrawGutters(ImRect({0, top.Max.y}, window.Max));
  ImGui::GetWindowDrawList()->AddLine({0, Snap(top.Max.y)}, {size.x, Snap(top.Max.y)},
                                      Ink(ui_.colors().line));
  DrawTopBar(top);
  const float gutter = ui_.Px(8);
  ImRect body({gutter, top.Max.y + gutter}, {size.x - gutter, size.y - gutter});
  if (!settings_.presenting) {
    const ImRect rail(body.Min, {body.Min.x + RailWidth(ui_), body.Max.y});
    const int current = page_ == PageKind::kFactor ? factor_ : 0;
    if (const auto chosen = DrawRail(ui_, model_, progress_, current, rail)) {
      OpenFactor(*chosen);
    }
    body.Min.x = rail.Max.x + gutter;
  }
  DrawPage(body);
  DrawSettings();
  DrawKeys();
  DrawToast(window);
  ImGui::End();
  NoteProgress();
  if (ImGui::IsMouseClicked(0)) {
    focus_.Clear(ui_);
  }
  focus_.Draw(ui_);
  if (const std::optional<int> go_to = std::exchange(ui_.go_to, std::nullopt)) {
    OpenFactor(*go_to);
  }
}

void Shell::DrawPage(const ImRect& body) {
  Actions actions;
  switch (page_) {
    case PageKind::kStart:
      switch (DrawStartPage(ui_, model_, kLiveFactor, start_stage_, body, actions)) {
        case Door::kNone:
          break;
        case Door::kLearn:
          ui_.go_to = kLiveFactor;
          break;
        case Door::kDemonstrate:
          ui_.go_to = kLiveFactor;
          settings_.presenting = true;
          break;
        case Door::kCheck:
          Post(actions);
          page_ = PageKind::kCheck;
          return;
      }
      break;
    case PageKind::kFactor:
      for (const Factor& factor : model_.Factors()) {
        if (factor.number == factor_) {
          FactorPage(ui_, model_, factor, pages_[factor_]).Draw(body, actions);
        }
      }
      break;
    case PageKind::kCheck:
      DrawCheckPage(ui_, model_, check_, body);
      break;
  }
  Post(actions);
}

void Shell::DrawGutters(const ImRect& area) {
  // The frame is cleared in the panels' colour and only what lies between panels is painted: on
  // software rendering a layer over the whole window would cost more than all its contents.
  const std::vector<ImRect> panes = std::exchange(ui_.frames, {});
  std::vector<float> edges{area.Min.y, area.Max.y};
  for (const ImRect& pane : panes) {
    edges.push_back(std::clamp(pane.Min.y, area.Min.y, area.Max.y));
    edges.push_back(std::clamp(pane.Max.y, area.Min.y, area.Max.y));
  }
  std::sort(edges.begin(), edges.end());
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 color = Ink(ui_.colors().gutter);
  for (std::size_t i = 0; i + 1 < edges.size(); i++) {
    if (edges[i + 1] - edges[i] < 0.5F) {
      continue;
    }
    const float middle = (edges[i] + edges[i + 1]) / 2;
    std::vector<std::pair<float, float>> taken;
    for (const ImRect& pane : panes) {
      if (pane.Min.y < middle && pane.Max.y > middle) {
        taken.emplace_back(pane.Min.x, pane.Max.x);
      }
    }
    std::sort(taken.begin(), taken.end());
    float x = area.Min.x;
    for (const auto& [from, to] : taken) {
      if (from > x) {
        list->AddRectFilled({x, edges[i]}, {from, edges[i + 1]}, color);
      }
      x = std::max(x, to);
    }
    list->AddRectFilled({x, edges[i]}, {std::max(x, area.Max.x), edges[i + 1]}, color);
  }
}

void Shell::DrawTopBar(const ImRect& area) {
  const Pane pane(ui_, "top", area, {.frame = false});
  float right = area.Max.x;
  DrawTopButtons(area, right);
  ImVec2 at(area.Min.x + ui_.Px(14), area.Min.y + ui_.Px(7));
  const float width = TextWidth(ui_.fonts.heading, "Twelve") + ui_.Px(20);
  ImGui::SetCursorScreenPos({at.x - ui_.Px(10), at.y});
  if (ImGui::InvisibleButton("home", {width, ui_.Px(32)})) {
    settings_.presenting = false;
    OpenStart();
  }
  ui_.registry.Last("home");
  if (ImGui::IsItemHovered()) {
    pane.list()->AddRectFilled(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                               Ink(ui_.colors().raised), ui_.Px(6));
  }
  Tooltip(ui_, "Start page");
  DrawText(ui_, ui_.fonts.heading,
           {at.x, area.Min.y + (area.GetHeight() - compat::FontSize(ui_.fonts.heading)) / 2},
           ui_.colors().text, "Twelve");
  DrawTopState({at.x + width + ui_.Px(6), area.Min.y}, right);
}

void Shell::DrawTopState(ImVec2 at, float right) {
  const float y = at.y + (ui_.Px(46) - compat::FontSize(ui_.fonts.body)) / 2;
  const std::optional<Running> running = FindRunning();
  std::string text = "Nothing runs.";
  if (running) {
    const auto* stage = FindPanel<Stage>(*running->scene);
    text = stage == nullptr ? "Starting the processes"
                            : ReadySentence(*stage) + fmt::format(", {:.1f} requests/s answered",
                                                                  AnsweredPerSecond(*stage));
    if (!running->scene->busy.empty()) {
      text += "  ·  " + running->scene->busy;
    }
  }
  ui_.registry.Value("state", text);
  DrawTextElided(ui_, ui_.fonts.body, {at.x, y}, ui_.colors().text_soft, text,
                 right - at.x - ui_.Px(12));
}

void Shell::DrawTopButtons(const ImRect& area, float& left) {
  const float height = ButtonHeight(ui_);
  const float y = area.Min.y + (area.GetHeight() - height) / 2;
  float x = area.Max.x - ui_.Px(10);
  const auto place = [&](float width) {
    x -= width;
    const ImRect rect({x, y}, {x + width, y + height});
    x -= ui_.Px(8);
    return rect;
  };
  if (Button(ui_, place(height), "",
             {.icon = icon::kSettings, .tooltip = "Settings", .name = "settings"})) {
    open_settings_ = true;
  }
  if (Button(ui_, place(height), "",
             {.icon = settings_.dark ? icon::kSun : icon::kMoon,
              .tooltip = settings_.dark ? "Light theme" : "Dark theme",
              .name = "theme"})) {
    settings_.dark = !settings_.dark;
  }
  const std::string_view present = settings_.presenting ? "End presenting" : "Present";
  const ButtonLook present_look{
      .icon = icon::kScreen,
      .tooltip = settings_.presenting ? "Back to normal type (Esc)" : "Large type for a room",
      .name = "present"};
  if (Button(ui_, place(ButtonWidth(ui_, present, present_look)), present, present_look)) {
    SetPresenting(!settings_.presenting);
  }
  if (const std::optional<Running> running = FindRunning(); running && running->processes > 0) {
    const std::string label =
        fmt::format("Stop {} process{}", running->processes, running->processes == 1 ? "" : "es");
    const ButtonLook look{.kind = ButtonKind::kDanger,
                          .icon = icon::kStop,
                          .tooltip = "Ends the load and every process of the experiment",
                          .name = "stop"};
    if (Button(ui_, place(ButtonWidth(ui_, label, look)), label, look)) {
      model_.Stop(running->factor);
    }
  }
  left = x;
}

void Shell::DrawToast(const ImRect& window) {
  if (ui_.seconds >= toast_until_ || toast_.empty()) {
    toast_.clear();
    return;
  }
  const float width =
      std::min(TextWidth(ui_.fonts.body, toast_) + ui_.Px(28), window.GetWidth() - ui_.Px(40));
  const ImVec2 a(ImFloor(window.GetCenter().x - width / 2), window.Max.y - ui_.Px(58));
  const ImRect rect(a, {a.x + width, a.y + ui_.Px(38)});
  const Pane pane(ui_, "toast", rect);
  pane.list()->AddRectFilled(rect.Min, rect.Max, Ink(ui_.colors().raised), ui_.Px(8));
  DrawTextElided(ui_, ui_.fonts.body, {a.x + ui_.Px(14), a.y + ui_.Px(10)}, ui_.colors().text,
                 toast_, width - ui_.Px(28));
}

}  // namespace twelve
