#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "factors/lesson_blocks.h"
#include "harness/base/result.h"

namespace twelve {

/// The headings of a lesson, in order. Every lesson has all of them and no other of level 2.
inline constexpr std::array<std::string_view, 7> kLessonSections = {"The rule",
                                                                    "Why it exists",
                                                                    "How it is done today",
                                                                    "What breaks it",
                                                                    "In this service",
                                                                    "Interview questions",
                                                                    "Quiz"};

struct LessonSection {
  std::string title;
  std::vector<LessonBlock> blocks;  // what stands below its heading
};

/// One line of "What breaks it".
struct LessonViolation {
  std::string name;  // as `--violate` takes it: "ignore-sigterm"
  InlineText what;   // what a user sees
};

/// One of "Interview questions": a heading of level 3 and what stands below it.
struct InterviewQuestion {
  std::string question;
  std::vector<LessonBlock> answer;
};

struct QuizAnswer {
  InlineText text;
  bool right = false;
};
/// A heading of level 3, ticked and unticked items, and a quote that explains.
struct QuizQuestion {
  std::string question;
  std::vector<QuizAnswer> answers;  // exactly one is right
  InlineText explanation;
};

/// A lesson.md, taken apart. A plain value.
struct Lesson {
  std::string numeral;  // "IX"
  std::string title;    // "Disposability"
  std::string rule;     // the paragraph below "The rule"
  std::vector<LessonSection> sections;
  std::vector<LessonViolation> violations;
  std::vector<InterviewQuestion> interview;
  std::vector<QuizQuestion> quiz;

  /// Null when there is no section of this title.
  const LessonSection* Find(std::string_view section_title) const;
};

/// Pure. kInvalid names the file and what is missing or in the wrong place.
Result<Lesson> ParseLesson(std::string_view markdown, std::string_view file_name);

/// The embedded lesson of a factor; kNotFound unless 1 … 12.
Result<Lesson> LoadLesson(int factor);

}  // namespace twelve
