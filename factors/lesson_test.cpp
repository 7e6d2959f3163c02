#include "factors/lesson.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "factors/catalog.h"
#include "factors/lesson_text.h"

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kWhole = R"(# IX. Disposability

## The rule

Start fast, *stop* well.

## Why it exists

Because.

## How it is done today

```sh
kill -TERM 1
```

## What breaks it

- `ignore-sigterm`: it stays **up**.

## In this service

So.

## Interview questions

### Why?

A good answer says why.

## Quiz

### Is it so?

- [ ] No
- [x] Yes, `really`

> Because.
)";

std::string With(std::string_view from, std::string_view to) {
  std::string text(kWhole);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string MessageFor(const std::string& text) {
  Result<Lesson> lesson = ParseLesson(text, "t.md");
  return lesson.ok() ? "no error" : lesson.error().message;
}

TEST(ParseLesson, TakesALessonApart) {
  Result<Lesson> lesson = ParseLesson(kWhole, "t.md");
  ASSERT_TRUE(lesson.ok()) << lesson.error().message;
  EXPECT_EQ(lesson->numeral, "IX");
  EXPECT_EQ(lesson->title, "Disposability");
  EXPECT_EQ(lesson->rule, "Start fast, stop well.");
  ASSERT_THAT(lesson->sections, SizeIs(kLessonSections.size()));
  ASSERT_NE(lesson->Find("How it is done today"), nullptr);
  EXPECT_EQ(std::get<CodeBlock>(lesson->Find("How it is done today")->blocks[0]).language, "sh");
  EXPECT_EQ(lesson->Find("no such"), nullptr);
  ASSERT_THAT(lesson->violations, SizeIs(1));
  EXPECT_EQ(lesson->violations[0].name, "ignore-sigterm");
  EXPECT_EQ(PlainText(lesson->violations[0].what), "it stays up.");
  ASSERT_THAT(lesson->interview, SizeIs(1));
  EXPECT_EQ(lesson->interview[0].question, "Why?");
  ASSERT_THAT(lesson->quiz, SizeIs(1));
  ASSERT_THAT(lesson->quiz[0].answers, SizeIs(2));
  EXPECT_FALSE(lesson->quiz[0].answers[0].right);
  EXPECT_TRUE(lesson->quiz[0].answers[1].right);
  EXPECT_EQ(PlainText(lesson->quiz[0].answers[1].text), "Yes, really");
  EXPECT_EQ(PlainText(lesson->quiz[0].explanation), "Because.");
}

TEST(ParseLesson, SaysWhatIsWrongWithTheFrame) {
  EXPECT_THAT(MessageFor(""), HasSubstr("t.md: the first line must be a heading"));
  EXPECT_THAT(MessageFor(With("# IX. Disposability", "# Disposability")),
              HasSubstr("the first line must be a heading"));
  EXPECT_THAT(MessageFor(With("# IX. Disposability", "# IX. Disposability\n\nText")),
              HasSubstr("text before"));
  EXPECT_THAT(MessageFor(With("## Why it exists", "## Why")),
              HasSubstr("\"## Why\" stands where \"## Why it exists\" is expected"));
  EXPECT_THAT(MessageFor(With("Because.\n\n## How", "## How")),
              HasSubstr("\"## Why it exists\" is empty"));
  EXPECT_THAT(MessageFor(std::string(kWhole) + "\n## More\n"), HasSubstr("where the end is"));
  EXPECT_THAT(MessageFor(std::string(kWhole.substr(0, kWhole.find("## Quiz")))),
              HasSubstr("\"## Quiz\" is missing"));
  EXPECT_THAT(MessageFor(std::string(kWhole) + "\n# Again\n"), HasSubstr("second heading"));
}

TEST(ParseLesson, SaysWhatIsWrongWithASection) {
  EXPECT_THAT(MessageFor(With("Start fast", "Start.\n\nStart fast")), HasSubstr("one paragraph"));
  EXPECT_THAT(MessageFor(With("`ignore-sigterm`:", "ignore-sigterm:")), HasSubstr("`name`: what"));
  EXPECT_THAT(MessageFor(With("- `ignore-sigterm`: it", "It")), HasSubstr("lists nothing"));
  EXPECT_THAT(MessageFor(With("### Why?", "Text.\n\n### Why?")), HasSubstr("must begin with"));
  EXPECT_THAT(MessageFor(With("### Why?", "### Why")), HasSubstr("\"Why\""));
  EXPECT_THAT(MessageFor(With("A good answer says why.", "")), HasSubstr("no answer below"));
}

TEST(ParseLesson, SaysWhatIsWrongWithTheQuiz) {
  EXPECT_THAT(MessageFor(With("- [ ] No", "- [x] No")), HasSubstr("exactly one"));
  EXPECT_THAT(MessageFor(With("- [x] Yes", "- [ ] Yes")), HasSubstr("exactly one"));
  EXPECT_THAT(MessageFor(With("- [ ] No\n", "")), HasSubstr("two answers or more"));
  EXPECT_THAT(MessageFor(With("- [ ] No", "- No")), HasSubstr("takes \"- [x]\""));
  EXPECT_THAT(MessageFor(With("> Because.", "Because.")), HasSubstr("takes \"- [x]\""));
  EXPECT_THAT(MessageFor(With("> Because.", "")), HasSubstr("no \"> explanation\""));
  EXPECT_THAT(MessageFor(With("> Because.", "> A\n\nb\n\n> C")), HasSubstr("takes"));
}

TEST(ParseLesson, OfAnyPrefixIsAValueOrAnError) {
  for (std::size_t length = 0; length < kWhole.size(); ++length) {
    const std::string text(kWhole.substr(0, length));
    const Result<Lesson> lesson = ParseLesson(text, "t.md");
    if (!lesson.ok()) {
      EXPECT_THAT(lesson.error().message, StartsWith("t.md"));
    }
  }
}

TEST(LoadLesson, KnowsTwelve) {
  EXPECT_EQ(LoadLesson(0).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(LoadLesson(13).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(LessonText(-1), "");
  EXPECT_EQ(LessonPath(9), "factors/09_disposability/lesson.md");
}

int CountWords(std::string_view text) {
  int words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n';
    if (!space && !inside) ++words;
    inside = !space;
  }
  return words;
}

/// Without code blocks: they are looked at, not read.
int ProseWords(std::string_view markdown) {
  const Result<std::vector<LessonBlock>> blocks = ParseBlocks(markdown, "");
  int words = 0;
  for (const LessonBlock& block : *blocks) {
    if (const TableBlock* table = std::get_if<TableBlock>(&block)) {
      for (const InlineText& cell : table->header) words += CountWords(PlainText(cell));
      for (const auto& row : table->rows) {
        for (const InlineText& cell : row) words += CountWords(PlainText(cell));
      }
    }
    if (const auto* heading = std::get_if<HeadingBlock>(&block)) {
      words += CountWords(PlainText(heading->text));
    }
    if (const auto* paragraph = std::get_if<ParagraphBlock>(&block)) {
      words += CountWords(PlainText(paragraph->text));
    }
    if (const auto* item = std::get_if<ItemBlock>(&block)) {
      words += CountWords(PlainText(item->text));
    }
    if (const auto* quote = std::get_if<QuoteBlock>(&block)) {
      words += CountWords(PlainText(quote->text));
    }
  }
  return words;
}

class EachLesson : public ::testing::TestWithParam<int> {
 protected:
  const Factor& factor() const { return *FindFactor(GetParam()); }
};

TEST_P(EachLesson, IsWholeAndMatchesItsRow) {
  Result<Lesson> lesson = LoadLesson(GetParam());
  ASSERT_TRUE(lesson.ok()) << lesson.error().message;
  EXPECT_EQ(lesson->numeral, factor().numeral);
  EXPECT_EQ(lesson->title, factor().title);
  EXPECT_THAT(lesson->rule, StartsWith(std::string(factor().rule)));
  EXPECT_EQ(LessonPath(GetParam()), fmt::format("factors/{}/lesson.md", factor().slug));
  EXPECT_EQ(factor().lesson_md, LessonText(GetParam()));
}

TEST_P(EachLesson, HasQuestionsToAskAndToAnswer) {
  Result<Lesson> lesson = LoadLesson(GetParam());
  ASSERT_TRUE(lesson.ok()) << lesson.error().message;
  EXPECT_THAT(lesson->interview, SizeIs(AllOf(Ge(3u), Le(5u))));
  EXPECT_THAT(lesson->quiz, SizeIs(5));
  std::set<std::size_t> places;  // of the right answers
  for (const QuizQuestion& question : lesson->quiz) {
    EXPECT_THAT(question.answers, SizeIs(AllOf(Ge(3u), Le(4u)))) << question.question;
    for (std::size_t i = 0; i < question.answers.size(); ++i) {
      if (question.answers[i].right) places.insert(i);
    }
  }
  EXPECT_GT(places.size(), 1u) << "the right answer always stands at the same place";
}

TEST_P(EachLesson, NamesTheViolationsOfItsFactor) {
  Result<Lesson> lesson = LoadLesson(GetParam());
  ASSERT_TRUE(lesson.ok()) << lesson.error().message;
  EXPECT_THAT(lesson->violations, SizeIs(Ge(2u)));
  std::set<std::string_view> named;
  for (const LessonViolation& violation : lesson->violations) {
    EXPECT_TRUE(named.insert(violation.name).second) << violation.name << " is listed twice";
    EXPECT_EQ(violation.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos)
        << violation.name;
  }
  for (const Violation& violation : factor().violations) {
    EXPECT_TRUE(named.contains(violation.name))
        << "--violate " << violation.name << " is missing in " << LessonPath(GetParam());
  }
}

TEST_P(EachLesson, IsShortPlainAndShowsCode) {
  const std::string_view text = LessonText(GetParam());
  const int words = ProseWords(text);
  EXPECT_GE(words, 500);
  EXPECT_LE(words, 900);
  EXPECT_THAT(std::string(text), HasSubstr("```"));
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Emoji and other pictures begin at U+1F000: four bytes from 0xF0 0x9F.
    EXPECT_NE(static_cast<unsigned char>(text[i]), 0xF0) << "a picture at byte " << i;
    if (text[i] == '\n') begin = i + 1;
  }
  EXPECT_EQ(begin, text.size()) << "the file does not end in a newline";
}

INSTANTIATE_TEST_SUITE_P(Lessons, EachLesson, ::testing::Range(1, 13));

}  // namespace
}  // namespace twelve
