#include "app/desktop/draw.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace twelve {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr float kPi = 3.14159265F;

/// The end of the longest run of whole words that fits; at least one character. ImGui's own
/// wrapping also breaks after a full stop, which would tear "0.51 s" apart.
const char* LineEnd(ImFont* font, const char* begin, const char* end, float width) {
  const float blank = TextWidth(font, " ");
  float used = 0;
  const char* at = begin;
  while (at < end) {
    const char* word = at;
    while (word < end && *word == ' ') {
      word++;
      used += blank;
    }
    const char* stop = word;
    while (stop < end && *stop != ' ') {
      stop++;
    }
    used += TextWidth(font, std::string_view(word, static_cast<std::size_t>(stop - word)));
    if (used > width) {
      if (at == begin) {
        const std::string_view text(begin, static_cast<std::size_t>(stop - begin));
        return begin + std::max<std::size_t>(1, FittingLength(font, text, width));
      }
      return at;
    }
    at = stop;
  }
  return end;
}

/// Calls `line` with each line of the wrapped text; the last of `max_lines` gets what is left.
template <typename Line>
int WrapLines(ImFont* font, std::string_view text, float width, int max_lines, Line&& line) {
  const char* at = text.data();
  const char* const end = at + text.size();
  int count = 0;
  while (at < end && count < max_lines) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    const char* stop = newline == nullptr ? end : static_cast<const char*>(newline);
    if (count + 1 < max_lines) {
      stop = LineEnd(font, at, stop, width);
    }
    line(count, std::string_view(at, static_cast<std::size_t>(stop - at)));
    count++;
    at = stop;
    if (at < end && *at == '\n') {
      at++;  // what follows keeps its indentation, and an empty line stays one
      continue;
    }
    while (at < end && *at == ' ') {
      at++;
    }
  }
  return count;
}

}  // namespace

std::size_t FittingLength(const ImFont* font, std::string_view text, float width) {
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (TextWidth(font, text.substr(0, middle)) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  while (low > 0 && low < text.size() && (static_cast<unsigned char>(text[low]) & 0xC0U) == 0x80U) {
    low--;
  }
  return low;
}

float TextWidth(const ImFont* font, std::string_view text) {
  return font
      ->CalcTextSizeA(compat::FontSize(font), FLT_MAX, 0, text.data(), text.data() + text.size())
      .x;
}

float LineHeight(const Ui& ui, const ImFont* font) {
  return compat::FontSize(font) + ui.Px(4);
}

float DrawText(Ui& ui, ImFont* font, ImVec2 at, Rgb color, std::string_view text) {
  const ImVec2 snapped(ImFloor(at.x), ImFloor(at.y));
  ImGui::GetWindowDrawList()->AddText(font, compat::FontSize(font), snapped, Ink(color),
                                      text.data(), text.data() + text.size());
  const float width = TextWidth(font, text);
  if (ui.registry.recording() && !text.empty()) {
    ui.registry.NoteText(
        text, ImRect(snapped, {snapped.x + width, snapped.y + compat::FontSize(font)}), ui.panel);
  }
  return width;
}

float DrawTextElided(Ui& ui, ImFont* font, ImVec2 at, Rgb color, std::string_view text,
                     float width) {
  if (TextWidth(font, text) <= width) {
    return DrawText(ui, font, at, color, text);
  }
  const float dots = TextWidth(font, kEllipsis);
  if (width < dots) {
    return 0;
  }
  std::string shorter(text.substr(0, FittingLength(font, text, width - dots)));
  while (!shorter.empty() && shorter.back() == ' ') {
    shorter.pop_back();
  }
  shorter += kEllipsis;
  return DrawText(ui, font, at, color, shorter);
}

void DrawTextRight(Ui& ui, ImFont* font, ImVec2 right_top, Rgb color, std::string_view text) {
  DrawText(ui, font, {right_top.x - TextWidth(font, text), right_top.y}, color, text);
}

float DrawTextWrapped(Ui& ui, ImFont* font, ImVec2 at, Rgb color, std::string_view text,
                      float width, int max_lines, float gap) {
  const float step = compat::FontSize(font) + ui.Px(gap);
  const int count = WrapLines(font, text, width, max_lines, [&](int index, std::string_view line) {
    DrawTextElided(ui, font, {at.x, at.y + static_cast<float>(index) * step}, color, line, width);
  });
  return static_cast<float>(count) * step;
}

float WrappedHeight(const Ui& ui, ImFont* font, std::string_view text, float width, int max_lines,
                    float gap) {
  const int count = WrapLines(font, text, width, max_lines, [](int, std::string_view) {});
  return static_cast<float>(count) * (compat::FontSize(font) + ui.Px(gap));
}

float DrawCaption(Ui& ui, ImVec2 at, const char* icon, std::string_view caption) {
  const Rgb color = ui.colors().text_faint;
  float width = 0;
  if (icon != nullptr) {
    width += DrawText(ui, ui.fonts.caption, at, color, icon) + ui.Px(6);
  }
  return width + DrawText(ui, ui.fonts.caption, {at.x + width, at.y}, color, caption);
}

void DrawStateShape(Ui& ui, ImVec2 center, float radius, ProcessState state) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 color = Ink(StateColor(ui.colors(), state));
  const float stroke = std::max(1.0F, ImFloor(1.6F * ui.scale));
  switch (state) {
    case ProcessState::kStarting: {
      // A quarter turn four times a second: enough to be seen, cheap to draw.
      const float turn = static_cast<float>(std::fmod(std::floor(ui.seconds * 4), 4.0)) * kPi / 2;
      ui.animating = true;
      list->PathClear();
      list->PathArcTo(center, radius - stroke * 0.5F, turn, turn + 4.4F, 14);
      compat::Stroke(list, color, stroke);
      break;
    }
    case ProcessState::kReady:
      list->AddCircleFilled(center, radius, color, 16);
      break;
    case ProcessState::kDraining:
      list->AddCircle(center, radius - stroke * 0.5F, color, 16, stroke);
      list->PathArcTo(center, radius, 0, kPi, 10);
      list->PathFillConvex(color);
      break;
    case ProcessState::kStopped:
      list->AddCircle(center, radius - stroke * 0.5F, color, 16, stroke);
      break;
    case ProcessState::kKilled:
      list->AddRectFilled({center.x - radius * 0.85F, center.y - radius * 0.85F},
                          {center.x + radius * 0.85F, center.y + radius * 0.85F}, color,
                          radius * 0.3F);
      break;
    case ProcessState::kCrashed:
      list->AddTriangleFilled({center.x, center.y - radius * 1.1F},
                              {center.x + radius * 1.1F, center.y + radius * 0.9F},
                              {center.x - radius * 1.1F, center.y + radius * 0.9F}, color);
      break;
  }
}

float StateWidth(const Ui& ui, ProcessState state, bool paused) {
  return ui.Px(15) + TextWidth(ui.fonts.caption, paused ? "paused" : ToString(state));
}

float DrawState(Ui& ui, ImVec2 at, ProcessState state, bool paused) {
  const float middle = at.y + compat::FontSize(ui.fonts.caption) * 0.52F;
  const std::string_view word = paused ? "paused" : ToString(state);
  const Rgb color = StateColor(ui.colors(), state);
  if (paused) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const float x : {2.0F, 7.0F}) {
      list->AddRectFilled({at.x + ui.Px(x), middle - ui.Px(5)},
                          {at.x + ui.Px(x + 3), middle + ui.Px(5)}, Ink(color));
    }
  } else {
    DrawStateShape(ui, {at.x + ui.Px(5), middle}, ui.Px(5), state);
  }
  return ui.Px(15) + DrawText(ui, ui.fonts.caption, {at.x + ui.Px(15), at.y}, color, word);
}

void DrawDashed(ImDrawList* list, ImVec2 top, float bottom, ImU32 color, float dash) {
  for (float y = top.y; y < bottom; y += dash * 2) {
    list->AddLine({top.x, y}, {top.x, std::min(bottom, y + dash)}, color);
  }
}

void Tooltip(Ui& ui, std::string_view text) {
  if (!ImGui::IsItemHovered() || text.empty()) {
    return;
  }
  ImGui::BeginTooltip();
  compat::PushFont(ui.fonts.small);
  ImGui::PushTextWrapPos(ui.Px(380));
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
  ImGui::EndTooltip();
}

}  // namespace twelve
