#include "app/desktop/widgets/lesson_view.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/desktop/icons.h"
#include "app/desktop/widgets/rich_text.h"

namespace twelve {
namespace {

/// A column of blocks: measures each, draws those that can be seen, moves ImGui's cursor.
class Column {
 public:
  Column(Ui& ui, LessonState& state, float width) : ui_(ui), state_(state), width_(width) {
    std::string key = fmt::format("{} {}", width, ui.scale);
    for (const std::size_t open : state.open) {
      key += fmt::format(" o{}", open);
    }
    for (const auto& [question, answer] : state.quiz) {
      key += fmt::format(" q{}", question);
    }
    if (key != state.measured_for) {
      state.measured_for = key;
      state.heights.clear();
    }
  }
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  /// What `measure` gives, remembered from the frame in which this block was measured first.
  template <typename Measure>
  float Measured(Measure&& measure) {
    if (next_ == state_.heights.size()) {
      state_.heights.push_back(measure());
    }
    return state_.heights[next_++];
  }

  template <typename DrawAt>
  void Block(float height, float gap, DrawAt&& draw) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImRect clip = GImGui->CurrentWindow->ClipRect;
    if (at.y + height >= clip.Min.y && at.y <= clip.Max.y) {
      draw(at);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width_, height + ui_.Px(gap) - ImGui::GetStyle().ItemSpacing.y});
  }

  void Rich(const InlineText& text, float indent, float gap, Rgb color, const char* bullet = "") {
    const float room = width_ - indent;
    const float height = Measured([&] {
      return DrawRichText(ui_, {0, 0}, room, color, text, false);
    });
    Block(height, gap, [&](ImVec2 at) {
      if (*bullet != 0) {
        DrawText(ui_, ui_.fonts.body, {at.x + indent - ui_.Px(16), at.y}, ui_.colors().text_faint,
                 bullet);
      }
      DrawRichText(ui_, {at.x + indent, at.y}, room, color, text, true);
    });
  }

  void Heading(std::string_view text, bool large) {
    ImFont* font = large ? ui_.fonts.heading : ui_.fonts.strong;
    const float height = Measured([&] { return WrappedHeight(ui_, font, text, width_); });
    Block(ui_.Px(large ? 10 : 4), 0, [](ImVec2) {});
    Block(height, 4,
          [&](ImVec2 at) { DrawTextWrapped(ui_, font, at, ui_.colors().text, text, width_); });
  }

  void operator()(const HeadingBlock& block) { Heading(PlainText(block.text), block.level <= 2); }
  void operator()(const ParagraphBlock& block) {
    Rich(block.text, ui_.Px(18) * static_cast<float>(block.indent), 8, ui_.colors().text);
  }
  void operator()(const ItemBlock& block) {
    const std::string bullet = block.number ? fmt::format("{}.", *block.number) : "•";
    Rich(block.text, ui_.Px(18) * static_cast<float>(block.depth), 4, ui_.colors().text,
         bullet.c_str());
  }
  void operator()(const CodeBlock& block) {
    const float room = width_ - ui_.Px(20);
    std::string_view text = block.text;
    while (!text.empty() && text.back() == '\n') {
      text.remove_suffix(1);
    }
    const float height =
        Measured([&] { return WrappedHeight(ui_, ui_.fonts.mono, text, room) + ui_.Px(12); });
    Block(height, 10, [&](ImVec2 at) {
      ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width_, at.y + height},
                                                Ink(ui_.colors().card), ui_.Px(6));
      DrawTextWrapped(ui_, ui_.fonts.mono, {at.x + ui_.Px(10), at.y + ui_.Px(6)}, ui_.colors().text,
                      text, room);
    });
  }
  void operator()(const QuoteBlock& block) {
    const float room = width_ - ui_.Px(14);
    const float height = Measured([&] {
      return DrawRichText(ui_, {0, 0}, room, 0, block.text, false);
    });
    Block(height, 8, [&](ImVec2 at) {
      ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + ui_.Px(3), at.y + height},
                                                Ink(ui_.colors().edge));
      DrawRichText(ui_, {at.x + ui_.Px(14), at.y}, room, ui_.colors().text_soft, block.text, true);
    });
  }
  void operator()(const TableBlock& block) {
    const auto columns = static_cast<float>(std::max<std::size_t>(1, block.header.size()));
    const float cell = width_ / columns;
    const auto row = [&](const std::vector<InlineText>& cells, Rgb color) {
      const float height = Measured([&] {
        float highest = 0;
        for (const InlineText& text : cells) {
          highest =
              std::max(highest, DrawRichText(ui_, {0, 0}, cell - ui_.Px(10), color, text, false));
        }
        return highest;
      });
      Block(height, 5, [&](ImVec2 at) {
        for (std::size_t i = 0; i < cells.size(); i++) {
          DrawRichText(ui_, {at.x + static_cast<float>(i) * cell, at.y}, cell - ui_.Px(10), color,
                       cells[i], true);
        }
        ImGui::GetWindowDrawList()->AddLine({at.x, Snap(at.y + height + ui_.Px(1))},
                                            {at.x + width_, Snap(at.y + height + ui_.Px(1))},
                                            Ink(ui_.colors().line));
      });
    };
    row(block.header, ui_.colors().text_faint);
    for (const auto& cells : block.rows) {
      row(cells, ui_.colors().text);
    }
    Block(ui_.Px(8), 0, [](ImVec2) {});
  }

  /// A row that can be pressed; true when it was.
  template <typename DrawAt>
  bool Pressable(const std::string& name, float height, float gap, DrawAt&& draw) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton(name.c_str(), {width_, height});
    ui_.registry.Last(name);
    const ImRect rect(at, {at.x + width_, at.y + height});
    if (ImGui::IsItemVisible()) {
      ImGui::GetWindowDrawList()->AddRectFilled(
          rect.Min, rect.Max, Ink(ImGui::IsItemHovered() ? ui_.colors().raised : ui_.colors().card),
          ui_.Px(6));
      draw(at);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width_, height + ui_.Px(gap) - ImGui::GetStyle().ItemSpacing.y});
    return pressed;
  }

  Ui& ui() { return ui_; }
  float width() const { return width_; }

 private:
  Ui& ui_;
  LessonState& state_;
  float width_;
  std::size_t next_ = 0;  // index of the next block in state_.heights
};

void DrawInterview(Column& column, const Lesson& lesson, LessonState& state) {
  Ui& ui = column.ui();
  for (std::size_t i = 0; i < lesson.interview.size(); i++) {
    const InterviewQuestion& question = lesson.interview[i];
    const bool open = state.open.count(i) > 0;
    const float room = column.width() - ui.Px(44);
    const float height = column.Measured(
        [&] { return WrappedHeight(ui, ui.fonts.body, question.question, room) + ui.Px(10); });
    const auto draw = [&](ImVec2 at) {
      DrawText(ui, ui.fonts.body, {at.x + ui.Px(10), at.y + ui.Px(6)}, ui.colors().text_faint,
               open ? icon::kMinus : icon::kAdd);
      DrawTextWrapped(ui, ui.fonts.body, {at.x + ui.Px(34), at.y + ui.Px(6)}, ui.colors().text,
                      question.question, room);
    };
    if (column.Pressable(fmt::format("question {}", i + 1), height, 6, draw)) {
      open ? static_cast<void>(state.open.erase(i)) : static_cast<void>(state.open.insert(i));
      state.measured_for.clear();
    }
    if (open) {
      for (const LessonBlock& block : question.answer) {
        std::visit([&](const auto& b) { column(b); }, block);
      }
    }
  }
}

void DrawQuiz(Column& column, const Lesson& lesson, LessonState& state) {
  Ui& ui = column.ui();
  for (std::size_t q = 0; q < lesson.quiz.size(); q++) {
    const QuizQuestion& question = lesson.quiz[q];
    column.Heading(question.question, false);
    const auto chosen = state.quiz.find(q);
    for (std::size_t a = 0; a < question.answers.size(); a++) {
      const QuizAnswer& answer = question.answers[a];
      const bool here = chosen != state.quiz.end() && chosen->second == a;
      const float room = column.width() - ui.Px(44);
      const float height = column.Measured([&] {
        return DrawRichText(ui, {0, 0}, room, 0, answer.text, false) + ui.Px(8);
      });
      const auto draw = [&](ImVec2 at) {
        const bool wrong = here && !answer.right;
        const Rgb color = wrong ? ui.colors().error : ui.colors().text;
        const char* mark = !here ? "" : answer.right ? icon::kCheck : icon::kClose;
        if (here) {
          DrawText(ui, ui.fonts.body, {at.x + ui.Px(10), at.y + ui.Px(5)}, color, mark);
        } else {
          ImGui::GetWindowDrawList()->AddCircle({at.x + ui.Px(17), at.y + height / 2}, ui.Px(6),
                                                Ink(ui.colors().text_faint), 16, ui.Px(1.6F));
        }
        DrawRichText(ui, {at.x + ui.Px(34), at.y + ui.Px(5)}, room, color, answer.text, true);
      };
      if (column.Pressable(fmt::format("quiz {} answer {}", q + 1, a + 1), height, 5, draw)) {
        state.quiz[q] = a;
        state.measured_for.clear();
      }
    }
    if (chosen != state.quiz.end()) {  // chosen in an earlier frame
      column.Rich(question.explanation, 0, 8, ui.colors().text_soft);
    }
  }
}

}  // namespace

bool LessonState::AllRight(const Lesson& lesson) const {
  for (std::size_t q = 0; q < lesson.quiz.size(); q++) {
    const auto chosen = quiz.find(q);
    if (chosen == quiz.end() || chosen->second >= lesson.quiz[q].answers.size() ||
        !lesson.quiz[q].answers[chosen->second].right) {
      return false;
    }
  }
  return !lesson.quiz.empty();
}

void DrawLesson(Ui& ui, const Lesson& lesson, LessonState& state, float width) {
  const Registry::Scope scope(ui.registry, "lesson");
  Column column(ui, state, width);
  for (const LessonSection& section : lesson.sections) {
    if (section.title == "The rule") {
      continue;
    }
    column.Heading(section.title, true);
    if (section.title == "Interview questions") {
      DrawInterview(column, lesson, state);
    } else if (section.title == "Quiz") {
      DrawQuiz(column, lesson, state);
    } else {
      for (const LessonBlock& block : section.blocks) {
        std::visit([&](const auto& b) { column(b); }, block);
      }
    }
  }
}

}  // namespace twelve
