#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/result.h"

namespace twelve {

/// A piece of text in one style. Styles combine; a link has a `url`.
struct TextSpan {
  std::string text;
  bool strong = false;
  bool emphasis = false;
  bool code = false;
  std::string url;
  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};
using InlineText = std::vector<TextSpan>;

/// The words without the styles.
std::string PlainText(const InlineText& text);

struct HeadingBlock {
  int level = 1;  // 1 … 6
  InlineText text;
};
struct ParagraphBlock {
  InlineText text;
  int indent = 0;  // 0, or the depth of the list item that it continues
};
/// A list is a run of items.
struct ItemBlock {
  int depth = 1;               // 1: outermost list
  std::optional<int> number;   // of a numbered list
  std::optional<bool> ticked;  // "- [x]" and "- [ ]"
  InlineText text;
};
struct CodeBlock {
  std::string language;  // "sh", "yaml"; empty when not said
  std::string text;      // lines end in '\n'
};
struct QuoteBlock {
  InlineText text;
};
struct TableBlock {
  std::vector<InlineText> header;
  std::vector<std::vector<InlineText>> rows;  // as wide as the header
};

using LessonBlock =
    std::variant<HeadingBlock, ParagraphBlock, ItemBlock, CodeBlock, QuoteBlock, TableBlock>;

/// Markdown as a flat list of blocks, in order. HTML is text, a rule is nothing, an image is its
/// description. Pure.
/// Errors: kInvalid for text that is larger than 256 KiB, is not UTF-8, holds a NUL, or nests
/// lists and quotes more than 16 deep. The message starts with `file_name`.
Result<std::vector<LessonBlock>> ParseBlocks(std::string_view markdown, std::string_view file_name);

}  // namespace twelve
