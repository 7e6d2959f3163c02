#include "harness/conformance/json_positions.h"

#include <cstddef>
#include <iterator>

namespace twelve {
namespace {

TextPosition PositionOf(std::string_view text, std::size_t offset) {
  TextPosition position;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else {
      ++position.column;
    }
  }
  return position;
}

/// Walks over the text and tells an outsider how far the parser has come.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** seen) : at_(at), seen_(seen) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (seen_ != nullptr) *seen_ = at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** seen_;
};

/// Notes where each key stands. At key() the parser has just read the closing quote.
class KeyRecorder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  KeyRecorder(std::string_view text, const char** seen, PositionedJson& out)
      : text_(text), seen_(seen), out_(out) {}

  bool null() override { return Value(); }
  bool boolean(bool /*value*/) override { return Value(); }
  bool number_integer(number_integer_t /*value*/) override { return Value(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return Value(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return Value(); }
  bool string(string_t& /*value*/) override { return Value(); }
  bool binary(binary_t& /*value*/) override { return Value(); }
  bool start_object(std::size_t /*elements*/) override {
    frames_.push_back({true, 0, {}});
    return true;
  }
  bool end_object() override { return End(); }
  bool start_array(std::size_t /*elements*/) override {
    frames_.push_back({false, 0, {}});
    return true;
  }
  bool end_array() override { return End(); }

  bool key(string_t& name) override {
    frames_.back().key = name;
    const std::string pointer = Pointer();
    const TextPosition position = PositionOf(text_, StartOfString());
    if (!out_.keys.emplace(pointer, position).second) {
      out_.repeated.emplace_back(pointer, position);
    }
    return true;
  }

  bool parse_error(std::size_t offset, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    const std::string_view what = error.what();
    const std::size_t dash = what.find(" - ");
    out_.problem = std::string(dash == std::string_view::npos ? what : what.substr(dash + 3));
    out_.problem_at = PositionOf(text_, offset == 0 ? 0 : offset - 1);
    return false;
  }

 private:
  struct Frame {
    bool object;
    std::size_t index;
    std::string key;
  };

  bool Value() {
    if (!frames_.empty() && !frames_.back().object) ++frames_.back().index;
    return true;
  }
  bool End() {
    frames_.pop_back();
    return Value();
  }
  std::string Pointer() const {
    std::string pointer;
    for (const Frame& frame : frames_) {
      pointer += '/';
      pointer += frame.object ? frame.key : std::to_string(frame.index);
    }
    return pointer;
  }
  /// Back from the closing quote to the quote that no odd number of backslashes precedes.
  std::size_t StartOfString() const {
    std::size_t at = static_cast<std::size_t>(*seen_ - text_.data());
    at = at < 2 ? 0 : at - 2;
    while (at > 0) {
      if (text_[at] == '"') {
        std::size_t slashes = 0;
        while (slashes < at && text_[at - 1 - slashes] == '\\') ++slashes;
        if (slashes % 2 == 0) break;
      }
      --at;
    }
    return at;
  }

  std::string_view text_;
  const char** seen_;
  PositionedJson& out_;
  std::vector<Frame> frames_;
};

}  // namespace

TextPosition PositionedJson::At(std::string pointer) const {
  while (!pointer.empty()) {
    const auto found = keys.find(pointer);
    if (found != keys.end()) return found->second;
    pointer.erase(pointer.rfind('/'));
  }
  return {};
}

PositionedJson ParsePositionedJson(std::string_view text) {
  PositionedJson out;
  const char* seen = text.data();
  KeyRecorder recorder(text, &seen, out);
  const CountingIterator begin(text.data(), &seen);
  const CountingIterator end(text.data() + text.size(), nullptr);
  const bool good = nlohmann::json::sax_parse(begin, end, &recorder,
                                              nlohmann::json::input_format_t::json, true, true);
  if (good) out.document = nlohmann::json::parse(text, nullptr, false, true);
  return out;
}

}  // namespace twelve
