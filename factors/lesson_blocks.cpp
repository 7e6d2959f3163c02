#include "factors/lesson_blocks.h"

#include <fmt/format.h>
#include <md4c.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace twelve {
namespace {

// Our lessons are under 16 KiB. md4c has had inputs that take it quadratic time.
constexpr std::size_t kMaxBytes = std::size_t{256} << 10;
constexpr int kMaxNesting = 16;

/// The length of the UTF-8 sequence at `text[i]`, or 0 when it is not one (overlong forms,
/// surrogates and code points above U+10FFFF included).
std::size_t SequenceLength(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char first = byte(i);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() - i < length) return 0;
  if (byte(i + 1) < low || byte(i + 1) > high) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if (byte(i + k) < 0x80 || byte(i + k) > 0xBF) return 0;
  }
  return length;
}

Status CheckBytes(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxBytes) {
    return InvalidError(fmt::format("{}: {} bytes are more than the {} that a lesson may have",
                                    file_name, text.size(), kMaxBytes));
  }
  int line = 1;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\0') {
      return InvalidError(fmt::format("{}:{}: there is a NUL byte; remove it", file_name, line));
    }
    if (text[i] == '\n') ++line;
    const std::size_t length = SequenceLength(text, i);
    if (length == 0) {
      return InvalidError(
          fmt::format("{}:{}: this is not UTF-8; save the file as UTF-8", file_name, line));
    }
    i += length;
  }
  return {};
}

void AppendUtf8(std::string& out, std::uint32_t point) {
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point == 0 || surrogate || point > 0x10FFFF) point = 0xFFFD;
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

/// "&amp;" and "&#8594;" as the character; any other name stays as it is written.
std::string DecodeEntity(std::string_view entity) {
  struct Named {
    std::string_view name, text;
  };
  static constexpr std::array<Named, 5> kNamed = {
      {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", "\u00A0"}}};
  for (const Named& named : kNamed) {
    if (entity == named.name) return std::string(named.text);
  }
  if (entity.size() < 4 || entity[1] != '#') return std::string(entity);
  const bool hex = entity[2] == 'x' || entity[2] == 'X';
  const std::string_view digits = entity.substr(hex ? 3 : 2, entity.size() - (hex ? 4 : 3));
  std::uint32_t point = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), point, hex ? 16 : 10);
  std::string out;
  AppendUtf8(out, point);
  return out;
}

std::string ToString(const MD_ATTRIBUTE& attribute) {
  std::string out;
  if (attribute.text == nullptr) return out;
  for (int i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
    const std::string_view part(attribute.text + attribute.substr_offsets[i],
                                attribute.substr_offsets[i + 1] - attribute.substr_offsets[i]);
    out += attribute.substr_types[i] == MD_TEXT_ENTITY ? DecodeEntity(part) : std::string(part);
  }
  return out;
}

/// Collects what md4c calls back with. One per document.
class Collector {
 public:
  int EnterBlock(MD_BLOCKTYPE type, void* detail);
  int LeaveBlock(MD_BLOCKTYPE type);
  int EnterSpan(MD_SPANTYPE type, void* detail);
  int LeaveSpan(MD_SPANTYPE type);
  int Text(MD_TEXTTYPE type, std::string_view text);

  bool too_deep() const { return too_deep_; }
  std::vector<LessonBlock> Take() { return std::move(blocks_); }

 private:
  struct OpenList {
    std::optional<int> next_number;
  };

  int EnterNest();
  void EnterItem(const MD_BLOCK_LI_DETAIL& detail);
  void FlushText();
  void LeaveTable(MD_BLOCKTYPE type);

  std::vector<LessonBlock> blocks_;
  InlineText text_;
  std::string code_;
  std::string language_;
  bool in_code_ = false;
  std::vector<OpenList> lists_;
  int quotes_ = 0;
  bool item_is_empty_ = false;  // the next paragraph is the item's own text
  TableBlock table_;
  std::vector<InlineText> row_;
  int strong_ = 0, emphasis_ = 0, code_span_ = 0;
  std::vector<std::string> urls_;
  bool too_deep_ = false;
};

int Collector::EnterNest() {
  const int depth = static_cast<int>(lists_.size()) + quotes_;
  if (depth <= kMaxNesting) return 0;
  too_deep_ = true;
  return 1;
}

void Collector::EnterItem(const MD_BLOCK_LI_DETAIL& detail) {
  ItemBlock item;
  item.depth = static_cast<int>(lists_.size());
  item.number = lists_.back().next_number;
  if (lists_.back().next_number) ++*lists_.back().next_number;
  if (detail.is_task != 0) item.ticked = detail.task_mark != ' ';
  blocks_.emplace_back(std::move(item));
  item_is_empty_ = true;
}

/// Puts the text that has come since the last block where it belongs.
void Collector::FlushText() {
  if (text_.empty()) return;
  InlineText text = std::exchange(text_, {});
  if (item_is_empty_) {
    item_is_empty_ = false;
    if (ItemBlock* item = std::get_if<ItemBlock>(&blocks_.back())) {
      item->text = std::move(text);
      return;
    }
  }
  if (quotes_ > 0) {
    blocks_.emplace_back(QuoteBlock{std::move(text)});
  } else {
    blocks_.emplace_back(ParagraphBlock{std::move(text), static_cast<int>(lists_.size())});
  }
}

int Collector::EnterBlock(MD_BLOCKTYPE type, void* detail) {
  // A tight item has no paragraph of its own: what follows its text ends it.
  FlushText();
  switch (type) {
    case MD_BLOCK_QUOTE:
      ++quotes_;
      item_is_empty_ = false;
      return EnterNest();
    case MD_BLOCK_UL:
      lists_.emplace_back();
      return EnterNest();
    case MD_BLOCK_OL: {
      constexpr unsigned kMaxStart = 1'000'000;  // CommonMark allows nine digits: an int holds it
      const unsigned start = static_cast<const MD_BLOCK_OL_DETAIL*>(detail)->start;
      lists_.push_back({static_cast<int>(std::min(start, kMaxStart))});
      return EnterNest();
    }
    case MD_BLOCK_LI:
      EnterItem(*static_cast<const MD_BLOCK_LI_DETAIL*>(detail));
      return 0;
    case MD_BLOCK_H:
      blocks_.emplace_back(
          HeadingBlock{static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level), {}});
      return 0;
    case MD_BLOCK_CODE:
      in_code_ = true;
      code_.clear();
      language_ = ToString(static_cast<const MD_BLOCK_CODE_DETAIL*>(detail)->lang);
      return 0;
    case MD_BLOCK_TABLE:
      table_ = {};
      item_is_empty_ = false;
      return 0;
    case MD_BLOCK_TR:
      row_.clear();
      return 0;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      return 0;
  }
  return 0;
}

void Collector::LeaveTable(MD_BLOCKTYPE type) {
  if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
    row_.push_back(std::exchange(text_, {}));
  } else if (type == MD_BLOCK_TR && table_.header.empty()) {
    table_.header = std::exchange(row_, {});
  } else if (type == MD_BLOCK_TR) {
    row_.resize(table_.header.size());
    table_.rows.push_back(std::exchange(row_, {}));
  } else if (type == MD_BLOCK_TABLE) {
    blocks_.emplace_back(std::exchange(table_, {}));
  }
}

int Collector::LeaveBlock(MD_BLOCKTYPE type) {
  strong_ = emphasis_ = code_span_ = 0;  // no style goes on beyond its block
  urls_.clear();
  switch (type) {
    case MD_BLOCK_H:
      std::get<HeadingBlock>(blocks_.back()).text = std::exchange(text_, {});
      item_is_empty_ = false;
      break;
    case MD_BLOCK_CODE:
      in_code_ = false;
      item_is_empty_ = false;
      blocks_.emplace_back(CodeBlock{std::move(language_), std::move(code_)});
      break;
    case MD_BLOCK_QUOTE:
      FlushText();
      --quotes_;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      FlushText();
      lists_.pop_back();
      break;
    case MD_BLOCK_LI:
      FlushText();
      item_is_empty_ = false;
      break;
    case MD_BLOCK_TABLE:
    case MD_BLOCK_TR:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      LeaveTable(type);
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
      FlushText();
      break;
  }
  return 0;
}

int Collector::EnterSpan(MD_SPANTYPE type, void* detail) {
  if (type == MD_SPAN_STRONG) ++strong_;
  if (type == MD_SPAN_EM) ++emphasis_;
  if (type == MD_SPAN_CODE) ++code_span_;
  if (type == MD_SPAN_A) urls_.push_back(ToString(static_cast<MD_SPAN_A_DETAIL*>(detail)->href));
  return 0;
}

int Collector::LeaveSpan(MD_SPANTYPE type) {
  // md4c 0.4.8 leaves links that it never entered, for brackets inside broken images.
  if (type == MD_SPAN_STRONG && strong_ > 0) --strong_;
  if (type == MD_SPAN_EM && emphasis_ > 0) --emphasis_;
  if (type == MD_SPAN_CODE && code_span_ > 0) --code_span_;
  if (type == MD_SPAN_A && !urls_.empty()) urls_.pop_back();
  return 0;
}

int Collector::Text(MD_TEXTTYPE type, std::string_view text) {
  if (in_code_) {
    code_ += text;
    return 0;
  }
  std::string words;
  if (type == MD_TEXT_SOFTBR) {
    words = " ";
  } else if (type == MD_TEXT_BR) {
    words = "\n";
  } else if (type == MD_TEXT_ENTITY) {
    words = DecodeEntity(text);
  } else {
    words = text;
  }
  TextSpan span{std::move(words), strong_ > 0, emphasis_ > 0, code_span_ > 0,
                urls_.empty() ? std::string() : urls_.back()};
  if (!text_.empty()) {
    TextSpan& last = text_.back();
    const bool same = last.strong == span.strong && last.emphasis == span.emphasis &&
                      last.code == span.code && last.url == span.url;
    if (same) {
      last.text += span.text;
      return 0;
    }
  }
  text_.push_back(std::move(span));
  return 0;
}

MD_PARSER MakeParser() {
  MD_PARSER parser = {};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    return static_cast<Collector*>(self)->EnterBlock(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* self) {
    return static_cast<Collector*>(self)->LeaveBlock(type);
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
    return static_cast<Collector*>(self)->EnterSpan(type, detail);
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* self) {
    return static_cast<Collector*>(self)->LeaveSpan(type);
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
    return static_cast<Collector*>(self)->Text(type, {text, size});
  };
  return parser;
}

}  // namespace

std::string PlainText(const InlineText& text) {
  std::string out;
  for (const TextSpan& span : text) out += span.text;
  return out;
}

Result<std::vector<LessonBlock>> ParseBlocks(std::string_view markdown,
                                             std::string_view file_name) {
  if (Status bytes = CheckBytes(markdown, file_name); !bytes.ok()) return bytes.error();
  Collector collector;
  const MD_PARSER parser = MakeParser();
  const int failed =
      md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &collector);
  if (collector.too_deep()) {
    return InvalidError(fmt::format(
        "{}: lists and quotes are nested more than {} deep; flatten them", file_name, kMaxNesting));
  }
  if (failed != 0) {
    return InvalidError(fmt::format("{}: the Markdown parser gave up (out of memory?)", file_name));
  }
  return collector.Take();
}

}  // namespace twelve
