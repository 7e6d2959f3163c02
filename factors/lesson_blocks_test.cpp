#include "factors/lesson_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<LessonBlock> Parse(std::string_view markdown) {
  Result<std::vector<LessonBlock>> blocks = ParseBlocks(markdown, "t.md");
  EXPECT_TRUE(blocks.ok()) << (blocks.ok() ? "" : blocks.error().message);
  return blocks.ok() ? std::move(blocks).value() : std::vector<LessonBlock>();
}

template <typename Block>
const Block& At(const std::vector<LessonBlock>& blocks, std::size_t i) {
  static const Block kNone;
  const Block* block = i < blocks.size() ? std::get_if<Block>(&blocks[i]) : nullptr;
  EXPECT_NE(block, nullptr) << "block " << i << " is of another kind";
  return block == nullptr ? kNone : *block;
}

TEST(ParseBlocks, OfNothingIsNothing) {
  EXPECT_THAT(Parse(""), IsEmpty());
  EXPECT_THAT(Parse("\n\n  \n"), IsEmpty());
}

TEST(ParseBlocks, ReadsHeadingsAndParagraphs) {
  const auto blocks = Parse("## The *rule*\n\nOne line\nand its end.\n\n---\n\nTwo.\n");
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(At<HeadingBlock>(blocks, 0).level, 2);
  EXPECT_EQ(PlainText(At<HeadingBlock>(blocks, 0).text), "The rule");
  EXPECT_EQ(PlainText(At<ParagraphBlock>(blocks, 1).text), "One line and its end.");
  EXPECT_EQ(At<ParagraphBlock>(blocks, 1).text.size(), 1u) << "one style is one span";
  EXPECT_EQ(PlainText(At<ParagraphBlock>(blocks, 2).text), "Two.");
}

TEST(ParseBlocks, KeepsStylesAndLinks) {
  const auto blocks = Parse("a **b *c*** `d` [e `f`](https://example.org/?a=1&amp;b)");
  const InlineText expected = {
      {"a ", false, false, false, ""},
      {"b ", true, false, false, ""},
      {"c", true, true, false, ""},
      {" ", false, false, false, ""},
      {"d", false, false, true, ""},
      {" ", false, false, false, ""},
      {"e ", false, false, false, "https://example.org/?a=1&b"},
      {"f", false, false, true, "https://example.org/?a=1&b"},
  };
  EXPECT_EQ(At<ParagraphBlock>(blocks, 0).text, expected);
}

TEST(ParseBlocks, ReadsListsAsItemsWithDepthNumberAndTick) {
  const auto blocks = Parse("- a\n  - b\n    1. c\n- d\n\n7. e\n8. f\n\n- [x] g\n- [ ] h\n");
  ASSERT_EQ(blocks.size(), 8u);
  EXPECT_EQ(At<ItemBlock>(blocks, 0).depth, 1);
  EXPECT_EQ(PlainText(At<ItemBlock>(blocks, 0).text), "a");
  EXPECT_EQ(At<ItemBlock>(blocks, 1).depth, 2);
  EXPECT_EQ(At<ItemBlock>(blocks, 2).depth, 3);
  EXPECT_EQ(At<ItemBlock>(blocks, 2).number, 1);
  EXPECT_EQ(PlainText(At<ItemBlock>(blocks, 2).text), "c");
  EXPECT_EQ(At<ItemBlock>(blocks, 3).depth, 1);
  EXPECT_FALSE(At<ItemBlock>(blocks, 3).number.has_value());
  EXPECT_EQ(At<ItemBlock>(blocks, 4).number, 7);
  EXPECT_EQ(At<ItemBlock>(blocks, 5).number, 8);
  EXPECT_EQ(At<ItemBlock>(blocks, 6).ticked, true);
  EXPECT_EQ(At<ItemBlock>(blocks, 7).ticked, false);
  EXPECT_FALSE(At<ItemBlock>(blocks, 5).ticked.has_value());
}

TEST(ParseBlocks, KeepsWhatFollowsInsideAnItemApart) {
  const auto blocks = Parse("- a\n\n  more\n\n  ```sh\n  ls\n  ```\n\n- > q\n\nafter\n");
  ASSERT_EQ(blocks.size(), 6u);
  EXPECT_EQ(PlainText(At<ItemBlock>(blocks, 0).text), "a");
  EXPECT_EQ(At<ParagraphBlock>(blocks, 1).indent, 1);
  EXPECT_EQ(At<CodeBlock>(blocks, 2).text, "ls\n");
  EXPECT_THAT(At<ItemBlock>(blocks, 3).text, IsEmpty());
  EXPECT_EQ(PlainText(At<QuoteBlock>(blocks, 4).text), "q");
  EXPECT_EQ(At<ParagraphBlock>(blocks, 5).indent, 0);
}

TEST(ParseBlocks, KeepsCodeAsItIsWritten) {
  const auto blocks = Parse("```yaml\na: \"<b>\"\n\n  *c*  \n```\n");
  EXPECT_EQ(At<CodeBlock>(blocks, 0).language, "yaml");
  EXPECT_EQ(At<CodeBlock>(blocks, 0).text, "a: \"<b>\"\n\n  *c*  \n");
}

TEST(ParseBlocks, ReadsTablesAsWideAsTheirHeader) {
  const auto blocks = Parse("| a | `b` |\n|---|---|\n| 1 |\n| 2 | 3 | 4 |\n");
  const TableBlock& table = At<TableBlock>(blocks, 0);
  ASSERT_EQ(table.header.size(), 2u);
  EXPECT_TRUE(table.header[1][0].code);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].size(), 2u);
  EXPECT_THAT(table.rows[0][1], IsEmpty());
  EXPECT_EQ(table.rows[1].size(), 2u);
}

TEST(ParseBlocks, HtmlIsTextAndAnImageIsItsDescription) {
  const auto blocks = Parse("<script>x</script> ![a **b**](http://example.org/i.png)\n");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(PlainText(At<ParagraphBlock>(blocks, 0).text), "<script>x</script> a b");
}

TEST(ParseBlocks, DecodesEntities) {
  const auto blocks = Parse("&lt;&amp;&gt; &#65; &#x2192; &bogus; &#0; &#xD800; &#x110000; `&lt;`");
  EXPECT_EQ(PlainText(At<ParagraphBlock>(blocks, 0).text),
            "<&> A \u2192 &bogus; \uFFFD \uFFFD \uFFFD &lt;");
}

TEST(ParseBlocks, RefusesWhatIsNotText) {
  const std::string nul("a\nb\0c", 5);
  Result<std::vector<LessonBlock>> blocks = ParseBlocks(nul, "t.md");
  ASSERT_FALSE(blocks.ok());
  EXPECT_THAT(blocks.error().message, HasSubstr("t.md:2:"));
  for (const std::string_view bad : {"\xFF", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_FALSE(ParseBlocks(bad, "t.md").ok());
  }
  EXPECT_TRUE(ParseBlocks("\u00e9 \u2192 \U0001F600", "t.md").ok());
}

TEST(ParseBlocks, RefusesWhatIsTooLargeOrTooDeep) {
  EXPECT_FALSE(ParseBlocks(std::string((256 << 10) + 1, 'a'), "t.md").ok());
  EXPECT_TRUE(ParseBlocks(std::string(256 << 10, 'a'), "t.md").ok());
  Result<std::vector<LessonBlock>> deep = ParseBlocks(std::string(5000, '>') + " a", "t.md");
  ASSERT_FALSE(deep.ok());
  EXPECT_THAT(deep.error().message, HasSubstr("nested"));
  std::string lists;
  for (int depth = 0; depth < 40; ++depth) lists += std::string(2 * depth, ' ') + "- a\n";
  EXPECT_FALSE(ParseBlocks(lists, "t.md").ok());
}

TEST(ParseBlocks, NumbersOfAnyLengthDoNotOverflow) {
  const auto blocks = Parse("999999999. a\n1. b\n");
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_GT(*At<ItemBlock>(blocks, 1).number, 0);
}

TEST(ParseBlocks, SurvivesHostileMarkdown) {
  const std::vector<std::string> hostile = {
      std::string(20000, '['),
      std::string(20000, '*') + "a" + std::string(20000, '*'),
      std::string(20000, '`'),
      std::string(3000, '|') + "\n" + std::string(3000, '-'),
      "[a](" + std::string(20000, '(') + ")",
      "# \n## \n-\n- \n>\n```\n",
      "- [x]\n- [ ] \n1.\n",
      "| |\n|-|\n| |\n",
      "[a]: <b>\n[a] [a][] ![a]\n",
      "```" + std::string(1000, 'x') + "&amp;\n",
  };
  for (const std::string& text : hostile) {
    EXPECT_TRUE(ParseBlocks(text, "t.md").ok()) << text.substr(0, 40);
  }
}

TEST(ParseBlocks, SurvivesRandomMarkdown) {
  const std::vector<std::string> pieces = {"#",  " ",    "\n",   "\n\n", "-",   "*",      "_",
                                           "`",  "```",  ">",    "1.",   "[x]", "[",      "](",
                                           ")",  "|",    "|-|",  "&#",   "lt;", "<a>",    "\\",
                                           "\t", "word", "    ", "~~~",  "==",  "\u2192", "!["};
  std::mt19937 random(20250101);
  std::uniform_int_distribution<std::size_t> pick(0, pieces.size() - 1);
  int parsed = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += pieces[pick(random)];
    const Result<std::vector<LessonBlock>> blocks = ParseBlocks(text, "t.md");
    if (!blocks.ok()) {
      EXPECT_THAT(blocks.error().message, HasSubstr("nested")) << text;
      continue;
    }
    ++parsed;
    for (const LessonBlock& block : *blocks) {
      if (const TableBlock* table = std::get_if<TableBlock>(&block)) {
        for (const auto& row : table->rows) EXPECT_EQ(row.size(), table->header.size()) << text;
      }
    }
  }
  EXPECT_GT(parsed, 2500);
}

}  // namespace
}  // namespace twelve
