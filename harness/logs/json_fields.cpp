#include "harness/logs/json_fields.h"

#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "harness/logs/text_cleaner.h"

namespace twelve {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxFields = 512;

// Takes nlohmann's events and keeps only leaves: no tree is built, and a hostile depth or width
// ends the parse. The functions' names and types are the library's.
class FieldCollector {
 public:
  using Json = nlohmann::json;

  bool null() { return Leaf("null", JsonField::Kind::kNull); }
  bool boolean(bool value) { return Leaf(value ? "true" : "false", JsonField::Kind::kBool); }
  bool number_integer(Json::number_integer_t value) {
    return Leaf(std::to_string(value), JsonField::Kind::kNumber);
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    return Leaf(std::to_string(value), JsonField::Kind::kNumber);
  }
  bool number_float(Json::number_float_t /*value*/, const std::string& written) {
    return Leaf(written, JsonField::Kind::kNumber);
  }
  bool string(std::string& value) { return Leaf(CleanText(value), JsonField::Kind::kString); }
  bool binary(Json::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*size*/) { return Enter(false); }
  bool start_array(std::size_t /*size*/) { return Enter(true); }
  bool end_object() { return Leave("{}"); }
  bool end_array() { return Leave("[]"); }
  bool key(std::string& name) {
    Level& level = levels_.back();
    path_.resize(level.prefix);
    if (!path_.empty()) path_ += '.';
    path_ += CleanText(name);
    level.empty = false;
    return true;
  }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return false;
  }

  bool full() const { return fields_.size() >= kMaxFields; }
  std::vector<JsonField> Take() { return std::move(fields_); }

 private:
  struct Level {
    std::size_t prefix = 0;  // length of the path to this object or array
    bool array = false;
    bool empty = true;
    std::size_t next_index = 0;
  };

  // Within an array nobody announces the next element.
  void NameElement() {
    if (levels_.empty() || !levels_.back().array) return;
    Level& level = levels_.back();
    path_.resize(level.prefix);
    if (!path_.empty()) path_ += '.';
    path_ += std::to_string(level.next_index++);
    level.empty = false;
  }
  bool Enter(bool array) {
    if (levels_.size() >= kMaxDepth) return false;
    NameElement();
    levels_.push_back({path_.size(), array, true, 0});
    return true;
  }
  bool Leave(const char* empty_value) {
    const Level level = levels_.back();
    levels_.pop_back();
    path_.resize(level.prefix);
    if (!level.empty || levels_.empty()) return true;
    return Add(empty_value, JsonField::Kind::kEmpty);
  }
  bool Leaf(std::string value, JsonField::Kind kind) {
    NameElement();
    return Add(std::move(value), kind);
  }
  bool Add(std::string value, JsonField::Kind kind) {
    fields_.push_back({path_, std::move(value), kind});
    return !full();
  }

  std::vector<JsonField> fields_;
  std::vector<Level> levels_;
  std::string path_;
};

}  // namespace

bool LooksLikeJson(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin != std::string_view::npos && line[begin] == '{';
}

std::optional<std::vector<JsonField>> ParseJsonFields(std::string_view line) {
  if (!LooksLikeJson(line)) return std::nullopt;
  FieldCollector collector;
  const bool whole = nlohmann::json::sax_parse(line.begin(), line.end(), &collector);
  if (!whole && !collector.full()) return std::nullopt;
  return collector.Take();
}

}  // namespace twelve
