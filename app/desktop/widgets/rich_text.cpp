#include "app/desktop/widgets/rich_text.h"

#include <algorithm>

namespace twelve {
namespace {

ImFont* FontOf(const Ui& ui, const TextSpan& span) {
  if (span.code) {
    return ui.fonts.mono;
  }
  return span.strong ? ui.fonts.strong : span.emphasis ? ui.fonts.italic : ui.fonts.body;
}

/// Places words one after the other.
class Flow {
 public:
  Flow(Ui& ui, ImVec2 at, float width, Rgb color, bool draw)
      : ui_(ui), at_(at), pen_(at), width_(width), color_(color), draw_(draw) {}

  void Span(const TextSpan& span) {
    ImFont* font = FontOf(ui_, span);
    std::size_t begin = 0;
    while (begin < span.text.size()) {
      // A word takes the blanks behind it along.
      std::size_t end = span.text.find(' ', begin);
      end = end == std::string::npos ? span.text.size() : end;
      std::size_t next = end;
      while (next < span.text.size() && span.text[next] == ' ') {
        next++;
      }
      Word(span, font, std::string_view(span.text).substr(begin, end - begin));
      pen_.x += next > end ? TextWidth(font, " ") : 0;
      begin = next;
    }
  }
  float Height() const { return pen_.y - at_.y + LineHeight(ui_, ui_.fonts.body); }

 private:
  void Word(const TextSpan& span, ImFont* font, std::string_view word) {
    float want = TextWidth(font, word);
    while (want > width_ && word.size() > 1) {
      // Wider than the column, such as a path: goes on in the next line.
      const std::size_t fit =
          std::max<std::size_t>(1, FittingLength(font, word, at_.x + width_ - pen_.x));
      const std::string_view piece = word.substr(0, fit);
      if (draw_) {
        Draw(span, font, piece, TextWidth(font, piece));
      }
      word.remove_prefix(fit);
      pen_ = ImVec2(at_.x, pen_.y + LineHeight(ui_, ui_.fonts.body));
      want = TextWidth(font, word);
    }
    if (pen_.x > at_.x && pen_.x + want > at_.x + width_) {
      pen_ = ImVec2(at_.x, pen_.y + LineHeight(ui_, ui_.fonts.body));
    }
    if (draw_ && !word.empty()) {
      Draw(span, font, word, want);
    }
    pen_.x += want;
  }

  void Draw(const TextSpan& span, ImFont* font, std::string_view word, float want) {
    const float y = pen_.y + (compat::FontSize(ui_.fonts.body) - compat::FontSize(font)) / 2;
    const float line = LineHeight(ui_, ui_.fonts.body);
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (span.code) {
      list->AddRectFilled({pen_.x - ui_.Px(2), pen_.y - ui_.Px(1)},
                          {pen_.x + want + ui_.Px(2), pen_.y + line - ui_.Px(3)},
                          Ink(ui_.colors().raised, 0.7F), ui_.Px(3));
    }
    DrawTextElided(ui_, font, {pen_.x, y}, color_, word, at_.x + width_ - pen_.x + 1);
    if (!span.url.empty()) {
      list->AddLine({pen_.x, pen_.y + line - ui_.Px(3)}, {pen_.x + want, pen_.y + line - ui_.Px(3)},
                    Ink(ui_.colors().text_faint));
      const ImRect rect(pen_, {pen_.x + want, pen_.y + line});
      if (ImGui::IsWindowHovered() && rect.Contains(ImGui::GetIO().MousePos)) {
        ImGui::SetTooltip("%s\nClick to copy the address.", span.url.c_str());
        if (ImGui::IsMouseClicked(0)) {
          ImGui::SetClipboardText(span.url.c_str());
        }
      }
    }
  }

  Ui& ui_;
  ImVec2 at_, pen_;
  float width_;
  Rgb color_;
  bool draw_;
};

}  // namespace

float DrawRichText(Ui& ui, ImVec2 at, float width, Rgb color, const InlineText& text, bool draw) {
  Flow flow(ui, at, width, color, draw);
  for (const TextSpan& span : text) {
    flow.Span(span);
  }
  return flow.Height();
}

}  // namespace twelve
