#include "app/desktop/widgets/picture_view.h"

#include <algorithm>

#include "app/desktop/controls.h"
#include "app/desktop/icons.h"

namespace twelve {
namespace {

/// A sentence and what follows it: the first is set in the largest type.
struct Headline {
  std::string_view first, rest;
};
Headline SplitHeadline(std::string_view text) {
  const std::size_t dot = text.find(". ");
  if (dot == std::string_view::npos) {
    return {text, {}};
  }
  return {text.substr(0, dot), text.substr(dot + 2)};
}

/// The largest of the verdict faces in which the sentence needs at most `lines` lines.
ImFont* VerdictFont(const Ui& ui, std::string_view sentence, float width, int lines) {
  for (ImFont* font : {ui.fonts.verdict, ui.fonts.verdict_small, ui.fonts.heading}) {
    if (WrappedHeight(ui, font, sentence, width) <=
        static_cast<float>(lines) * LineHeight(ui, font) + 1) {
      return font;
    }
  }
  return ui.fonts.heading;
}

/// Both sides of a comparison are set in the same face.
ImFont* CommonFont(const Ui& ui, const Compare& compare, float width) {
  ImFont* left = VerdictFont(ui, SplitHeadline(compare.left.sentence).first, width, 1);
  ImFont* right = VerdictFont(ui, SplitHeadline(compare.right.sentence).first, width, 1);
  return compat::FontSize(left) < compat::FontSize(right) ? left : right;
}

bool IsViolation(const ControlView& control) {
  return control.kind == ControlView::Kind::kSwitch && control.id == "violate";
}

/// The violation that is on, or else the first that could be; null if there is none.
const ControlView* ViolationToShow(const std::vector<ControlView>& controls) {
  const ControlView* first = nullptr;
  for (const ControlView& control : controls) {
    if (IsViolation(control)) {
      if (control.value != 0) {
        return &control;
      }
      first = first == nullptr ? &control : first;
    }
  }
  return first;
}

/// A side that was not run yet: why it matters, and the button that runs it.
void DrawEmptySide(Ui& ui, const ImRect& area, bool good, const PictureParts& parts,
                   Actions& actions) {
  if (parts.repeat_with == nullptr || parts.controls == nullptr) {
    EmptyState(ui, area, "Not run yet.", "");
    return;
  }
  if (!parts.repeat_with->empty()) {
    const std::string text =
        good ? "Waiting until every process runs as built."
             : "Waiting until every process runs with " + *parts.repeat_with + ".";
    EmptyState(ui, area, text, "");
    return;
  }
  const ControlView* violation = ViolationToShow(*parts.controls);
  if (violation == nullptr) {
    EmptyState(ui, area, "Not run yet.", "");
    return;
  }
  const std::string label = good ? "Do it again as built" : "Do it again with " + violation->label;
  const ButtonLook look{.enabled = violation->enabled,
                        .tooltip = good ? std::string_view() : std::string_view(violation->help),
                        .name = "again"};
  if (!EmptyState(ui, area, "Not run yet. The same step the other way shows the difference.", label,
                  look)) {
    return;
  }
  *parts.repeat_with = good ? std::string(kAsBuilt) : violation->target;
  if (!good && violation->value == 0) {
    actions.push_back({violation->id, violation->target, "on"});
  }
  for (const ControlView& control : *parts.controls) {
    if (good && IsViolation(control) && control.value != 0) {
      actions.push_back({control.id, control.target, "off"});
    }
  }
}

float DrawSideHeader(Ui& ui, const ImRect& area, const Compare::Side& side, ImFont* font,
                     float corner) {
  const Palette& p = ui.colors();
  float y = area.Min.y;
  if (!side.sentence.empty()) {
    const char* icon = side.bad ? icon::kWarning : icon::kCheckCircle;
    const Rgb color = side.bad ? p.error : p.text;
    const float icon_width =
        DrawText(ui, ui.fonts.caption, {area.Min.x, y}, side.bad ? p.error : p.text_soft, icon);
    DrawTextElided(ui, ui.fonts.caption, {area.Min.x + icon_width + ui.Px(6), y}, p.text_soft,
                   side.label, area.GetWidth() - icon_width - ui.Px(6) - corner);
    y += LineHeight(ui, ui.fonts.caption);
    const Headline text = SplitHeadline(side.sentence);
    y += DrawTextWrapped(ui, font, {area.Min.x, y}, color, text.first, area.GetWidth(), 2);
    if (!text.rest.empty()) {
      y += DrawTextWrapped(ui, ui.fonts.body, {area.Min.x, y}, p.text_soft, text.rest,
                           area.GetWidth(), 2);
    }
    return y + ui.Px(4);
  }
  DrawTextElided(ui, ui.fonts.caption, {area.Min.x, y}, p.text_soft, side.label,
                 area.GetWidth() - corner);
  return y + LineHeight(ui, ui.fonts.caption) + ui.Px(4);
}

void DrawSide(Ui& ui, const ImRect& area, std::string_view name, const Compare::Side& side,
              ImFont* font, const LanesLook& look, const PictureParts& parts, Actions& actions) {
  const Registry::Scope scope(ui.registry, name);
  ui.registry.Value("label", side.label);
  ui.registry.Value("sentence", side.sentence);
  if (side.sentence.empty() && side.lanes.lanes.empty()) {
    DrawTextElided(ui, ui.fonts.caption, area.Min, ui.colors().text_soft, side.label,
                   area.GetWidth() - (name == "right" ? parts.corner : 0));
    DrawEmptySide(ui, area, name == "left", parts, actions);
    return;
  }
  const float y = DrawSideHeader(ui, area, side, font, name == "right" ? parts.corner : 0);
  DrawLanes(ui, ImRect(area.Min.x, y, area.Max.x, area.Max.y), side.lanes, look);
}

void DrawCompare(Ui& ui, const ImRect& area, const PictureParts& parts, Actions& actions) {
  const Registry::Scope scope(ui.registry, "compare");
  const Compare& compare = *parts.compare;
  const float gap = ui.Px(12);
  const float width = ImFloor((area.GetWidth() - 2 * gap) / 2);
  ImFont* font = CommonFont(ui, compare, width);
  const ImRect left(area.Min, {area.Min.x + width, area.Max.y});
  const ImRect right({area.Max.x - width, area.Min.y}, area.Max);
  const float middle = Snap(area.GetCenter().x);
  ImGui::GetWindowDrawList()->AddLine({middle, area.Min.y}, {middle, area.Max.y},
                                      Ink(ui.colors().line));
  // The same scale on both sides, so that equal lengths are equal times.
  const LanesLook look{
      .span = std::max(SpanOf(compare.left.lanes), SpanOf(compare.right.lanes)),
      .room_for_failed = AnyFailed(compare.left.lanes) || AnyFailed(compare.right.lanes)};
  ImGui::PushID("left");
  DrawSide(ui, left, "left", compare.left, font, look, parts, actions);
  ImGui::PopID();
  ImGui::PushID("right");
  DrawSide(ui, right, "right", compare.right, font, look, parts, actions);
  ImGui::PopID();
}

std::string_view OutlookWord(Outlook outlook) {
  switch (outlook) {
    case Outlook::kNotRun:
      return "not measured yet";
    case Outlook::kRunning:
      return "measuring";
    case Outlook::kHolds:
      return "holds";
    case Outlook::kBroken:
      return "broken";
  }
  return "";
}

/// Returns where the lanes may begin.
float DrawVerdict(Ui& ui, const ImRect& area, const VerdictPanel& verdict) {
  const Registry::Scope scope(ui.registry, "verdict");
  ui.registry.Value("outlook", OutlookWord(verdict.outlook));
  ui.registry.Value("sentence", verdict.sentence);
  const Palette& p = ui.colors();
  const bool broken = verdict.outlook == Outlook::kBroken;
  float y = area.Min.y;
  if (!verdict.sentence.empty()) {
    const Headline text = SplitHeadline(verdict.sentence);
    ImFont* font = VerdictFont(ui, text.first, area.GetWidth(), 1);
    y += DrawTextWrapped(ui, font, {area.Min.x, y}, broken ? p.error : p.text, text.first,
                         area.GetWidth(), 2);
    if (!text.rest.empty()) {
      y += DrawTextWrapped(ui, ui.fonts.body, {area.Min.x, y}, p.text_soft, text.rest,
                           area.GetWidth(), 2);
    }
  }
  std::string below;
  if (!verdict.expected.empty()) {
    below = "Promised: " + verdict.expected;
  }
  if (!verdict.detail.empty()) {
    below += below.empty() ? verdict.detail : "  ·  " + verdict.detail;
  }
  if (!below.empty()) {
    DrawTextElided(ui, ui.fonts.small, {area.Min.x, y}, p.text_soft, below, area.GetWidth());
    y += LineHeight(ui, ui.fonts.small);
  }
  return y + ui.Px(4);
}

}  // namespace

void DrawPicture(Ui& ui, const ImRect& area, const PictureParts& parts, Actions& actions) {
  const bool compare = parts.compare != nullptr;
  const bool sides_speak =
      compare && (!parts.compare->left.sentence.empty() || !parts.compare->right.sentence.empty());
  float y = area.Min.y;
  if (!sides_speak && parts.verdict != nullptr) {
    y = DrawVerdict(ui, ImRect(area.Min, {area.Max.x - parts.corner, area.Max.y}), *parts.verdict);
  }
  ImRect rest(area.Min.x, y, area.Max.x, area.Max.y);
  if (!compare) {
    if (parts.lanes != nullptr) {
      DrawLanes(ui, rest, *parts.lanes, {.span = SpanOf(*parts.lanes), .until_now = true});
    }
    return;
  }
  const bool footer = sides_speak && parts.verdict != nullptr && !parts.verdict->detail.empty();
  const float footer_height = footer ? LineHeight(ui, ui.fonts.small) : 0;
  rest.Max.y -= footer_height;
  DrawCompare(ui, rest, parts, actions);
  if (sides_speak && parts.verdict != nullptr) {
    const Registry::Scope scope(ui.registry, "verdict");
    ui.registry.Value("outlook", OutlookWord(parts.verdict->outlook));
    ui.registry.Value("sentence", parts.verdict->sentence);
    DrawTextElided(ui, ui.fonts.small, {area.Min.x, rest.Max.y + ui.Px(4)}, ui.colors().text_soft,
                   parts.verdict->detail, area.GetWidth());
  }
}

}  // namespace twelve
