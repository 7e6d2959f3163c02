#include "factors/lesson.h"

#include <fmt/format.h>

#include <algorithm>

#include "factors/lesson_text.h"

namespace twelve {
namespace {

template <typename... Args>
Error Wrong(std::string_view file, fmt::format_string<Args...> text, Args&&... args) {
  return InvalidError(fmt::format("{}: {}", file, fmt::format(text, std::forward<Args>(args)...)));
}

/// "# IX. Disposability"
Status ReadTitle(const std::vector<LessonBlock>& blocks, std::string_view file, Lesson& lesson) {
  const HeadingBlock* heading =
      blocks.empty() ? nullptr : std::get_if<HeadingBlock>(&blocks.front());
  const std::string text = heading == nullptr ? std::string() : PlainText(heading->text);
  const std::size_t dot = text.find(". ");
  const bool roman = dot != std::string::npos && dot > 0 && text.find_first_not_of("IVX") == dot;
  if (heading == nullptr || heading->level != 1 || !roman) {
    return Wrong(file, "the first line must be a heading such as \"# IX. Disposability\"");
  }
  lesson.numeral = text.substr(0, dot);
  lesson.title = text.substr(dot + 2);
  return {};
}

/// Splits at the headings of level 2, which must be kLessonSections in order.
Status ReadSections(std::vector<LessonBlock> blocks, std::string_view file, Lesson& lesson) {
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    const HeadingBlock* heading = std::get_if<HeadingBlock>(&blocks[i]);
    if (heading != nullptr && heading->level == 1) {
      return Wrong(file, "a second heading of level 1: \"{}\"", PlainText(heading->text));
    }
    if (heading == nullptr || heading->level != 2) {
      if (lesson.sections.empty()) {
        return Wrong(file, "there is text before \"## {}\"", kLessonSections.front());
      }
      lesson.sections.back().blocks.push_back(std::move(blocks[i]));
      continue;
    }
    const std::string title = PlainText(heading->text);
    const std::size_t place = lesson.sections.size();
    if (place >= kLessonSections.size() || title != kLessonSections[place]) {
      return Wrong(file, "\"## {}\" stands where {} is expected", title,
                   place < kLessonSections.size() ? fmt::format("\"## {}\"", kLessonSections[place])
                                                  : "the end");
    }
    lesson.sections.push_back({title, {}});
  }
  if (lesson.sections.size() < kLessonSections.size()) {
    return Wrong(file, "\"## {}\" is missing", kLessonSections[lesson.sections.size()]);
  }
  for (const LessonSection& section : lesson.sections) {
    if (section.blocks.empty()) return Wrong(file, "\"## {}\" is empty", section.title);
  }
  return {};
}

Status ReadRule(std::string_view file, Lesson& lesson) {
  const std::vector<LessonBlock>& blocks = lesson.sections[0].blocks;
  const ParagraphBlock* paragraph = std::get_if<ParagraphBlock>(&blocks.front());
  if (paragraph == nullptr || blocks.size() != 1) {
    return Wrong(file, "\"## {}\" must be one paragraph", lesson.sections[0].title);
  }
  lesson.rule = PlainText(paragraph->text);
  return {};
}

/// "- `name`: what a user sees"
Status ReadViolations(std::string_view file, Lesson& lesson) {
  const LessonSection& section = *lesson.Find("What breaks it");
  for (const LessonBlock& block : section.blocks) {
    const ItemBlock* item = std::get_if<ItemBlock>(&block);
    if (item == nullptr) continue;
    if (item->text.size() < 2 || !item->text[0].code || item->text[1].code ||
        !item->text[1].text.starts_with(": ")) {
      return Wrong(file, "an item of \"## {}\" is not of the form \"- `name`: what one sees\": {}",
                   section.title, PlainText(item->text));
    }
    InlineText what(item->text.begin() + 1, item->text.end());
    what.front().text.erase(0, 2);
    lesson.violations.push_back({item->text[0].text, std::move(what)});
  }
  if (lesson.violations.empty()) return Wrong(file, "\"## {}\" lists nothing", section.title);
  return {};
}

/// A part of a section: a heading of level 3 and what stands below it.
struct Part {
  std::string heading;
  std::vector<const LessonBlock*> blocks;
};

Result<std::vector<Part>> SplitAtQuestions(const LessonSection& section, std::string_view file) {
  std::vector<Part> parts;
  for (const LessonBlock& block : section.blocks) {
    if (const HeadingBlock* heading = std::get_if<HeadingBlock>(&block)) {
      parts.push_back({PlainText(heading->text), {}});
      if (heading->level != 3 || !parts.back().heading.ends_with('?')) {
        return Wrong(file, "below \"## {}\" every heading is a question of level 3, but not \"{}\"",
                     section.title, parts.back().heading);
      }
    } else if (parts.empty()) {
      return Wrong(file, "\"## {}\" must begin with a question of level 3", section.title);
    } else {
      parts.back().blocks.push_back(&block);
    }
  }
  return parts;
}

Status ReadInterview(std::string_view file, Lesson& lesson) {
  Result<std::vector<Part>> parts = SplitAtQuestions(*lesson.Find("Interview questions"), file);
  if (!parts) return parts.error();
  for (const Part& part : *parts) {
    if (part.blocks.empty()) return Wrong(file, "no answer below \"{}\"", part.heading);
    InterviewQuestion question{part.heading, {}};
    for (const LessonBlock* block : part.blocks) question.answer.push_back(*block);
    lesson.interview.push_back(std::move(question));
  }
  return {};
}

Status ReadQuizQuestion(const Part& part, std::string_view file, QuizQuestion& question) {
  question.question = part.heading;
  for (const LessonBlock* block : part.blocks) {
    const ItemBlock* item = std::get_if<ItemBlock>(block);
    const QuoteBlock* quote = std::get_if<QuoteBlock>(block);
    if (item != nullptr && item->ticked && question.explanation.empty()) {
      question.answers.push_back({item->text, *item->ticked});
    } else if (quote != nullptr && question.explanation.empty()) {
      question.explanation = quote->text;
    } else {
      return Wrong(file, "\"{}\" takes \"- [x]\" and \"- [ ]\" items, then one \"> explanation\"",
                   part.heading);
    }
  }
  const auto right = std::count_if(question.answers.begin(), question.answers.end(),
                                   [](const QuizAnswer& answer) { return answer.right; });
  if (right != 1 || question.answers.size() < 2) {
    return Wrong(file, "\"{}\" needs two answers or more, and exactly one \"- [x]\"", part.heading);
  }
  if (question.explanation.empty()) {
    return Wrong(file, "\"{}\" has no \"> explanation\"", part.heading);
  }
  return {};
}

Status ReadQuiz(std::string_view file, Lesson& lesson) {
  Result<std::vector<Part>> parts = SplitAtQuestions(*lesson.Find("Quiz"), file);
  if (!parts) return parts.error();
  for (const Part& part : *parts) {
    QuizQuestion question;
    if (Status status = ReadQuizQuestion(part, file, question); !status.ok()) return status;
    lesson.quiz.push_back(std::move(question));
  }
  return {};
}

}  // namespace

const LessonSection* Lesson::Find(std::string_view section_title) const {
  const auto found = std::find_if(
      sections.begin(), sections.end(),
      [section_title](const LessonSection& section) { return section.title == section_title; });
  return found == sections.end() ? nullptr : &*found;
}

Result<Lesson> ParseLesson(std::string_view markdown, std::string_view file_name) {
  Result<std::vector<LessonBlock>> blocks = ParseBlocks(markdown, file_name);
  if (!blocks) return blocks.error();
  Lesson lesson;
  if (Status status = ReadTitle(*blocks, file_name, lesson); !status.ok()) return status.error();
  if (Status status = ReadSections(std::move(*blocks), file_name, lesson); !status.ok()) {
    return status.error();
  }
  for (const auto read : {ReadRule, ReadViolations, ReadInterview, ReadQuiz}) {
    if (Status status = read(file_name, lesson); !status.ok()) return status.error();
  }
  return lesson;
}

Result<Lesson> LoadLesson(int factor) {
  const std::string_view text = LessonText(factor);
  if (text.empty()) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format("there is no factor {}: the factors are numbered from 1 to 12", factor),
        {},
        0};
  }
  return ParseLesson(text, LessonPath(factor));
}

}  // namespace twelve
