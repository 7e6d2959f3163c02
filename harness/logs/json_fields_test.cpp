#include "harness/logs/json_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace twelve {
namespace {

using Kind = JsonField::Kind;

TEST(JsonFields, FlattensObjectsAndArraysInOrder) {
  const auto fields = ParseJsonFields(
      R"({"msg":"hi","http":{"status":500,"ms":1.50},"ok":true,"none":null,"tags":["a",{"b":1}],)"
      R"("empty":{},"list":[]})");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(*fields, (std::vector<JsonField>{{"msg", "hi", Kind::kString},
                                             {"http.status", "500", Kind::kNumber},
                                             {"http.ms", "1.50", Kind::kNumber},
                                             {"ok", "true", Kind::kBool},
                                             {"none", "null", Kind::kNull},
                                             {"tags.0", "a", Kind::kString},
                                             {"tags.1.b", "1", Kind::kNumber},
                                             {"empty", "{}", Kind::kEmpty},
                                             {"list", "[]", Kind::kEmpty}}));
}

TEST(JsonFields, RefusesWhatIsNotOneObject) {
  for (const char* line : {"", "text", "[1]", "12", "{", "{\"a\":}", "{\"a\":1} trailing", "{a:1}",
                           "{\"a\":1e999999}", "{\"a\":\"\xff\"}", "{]"}) {
    EXPECT_FALSE(ParseJsonFields(line).has_value()) << line;
  }
  EXPECT_TRUE(ParseJsonFields("{}").has_value());
  EXPECT_TRUE(ParseJsonFields("  {\"a\":1}  ").has_value());
}

TEST(JsonFields, EscapedControlCharactersAreMadeSafe) {
  const auto fields = ParseJsonFields(R"({"a\u0007":"\u001b[31mred\u001b[0m\n\u0000"})");
  ASSERT_TRUE(fields.has_value());
  ASSERT_EQ(fields->size(), 1U);
  EXPECT_EQ((*fields)[0].path, "a␇");
  EXPECT_EQ((*fields)[0].value, "red␊␀");
}

TEST(JsonFields, BigIntegersKeepTheirDigits) {
  const auto fields = ParseJsonFields(R"({"id":9007199254740993,"min":-9223372036854775808})");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ((*fields)[0].value, "9007199254740993");
  EXPECT_EQ((*fields)[1].value, "-9223372036854775808");
}

TEST(JsonFields, DepthAndWidthAreBounded) {
  std::string deep = "{\"a\":";
  deep.append(60000, '[');
  EXPECT_FALSE(ParseJsonFields(deep).has_value());
  std::string wide = "{\"a\":[1";
  for (int i = 0; i < 5000; ++i) wide += ",1";
  wide += "]}";
  const auto fields = ParseJsonFields(wide);
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->size(), 512U);
}

}  // namespace
}  // namespace twelve
