#include "factors/03_config/parts/setting_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Kind = SettingRow::Kind;

struct Sample {
  SettingRow row;
  std::vector<const char*> good;
  std::vector<const char*> bad;
};

std::vector<Sample> Samples() {
  const SettingRow whole{"N", "", Kind::kWhole, "1", 0, 65535};
  const SettingRow decimal{"D", "", Kind::kDecimal, "1", 0, 1};
  const SettingRow boolean{"B", "", Kind::kBoolean, "true"};
  const SettingRow duration{"T", "", Kind::kDuration, "1s", 100, 3'600'000};
  const SettingRow url{"U", "", Kind::kUrl};
  SettingRow choice{"C", "", Kind::kChoice};
  choice.choices = {"DEBUG", "INFO"};
  return {
      {whole,
       {"0", "80", "65535"},
       {" 80", "80 ", "+80", "-1", "0x50", "8e3", "80;", "65536", "99999999999999999999"}},
      {decimal,
       {"0", "0.5", "1", "1e-3"},
       {"1.01", "-0.1", "nan", "inf", "0,5", "half", ".", " 0"}},
      {boolean, {"true", "false"}, {"1", "yes", "TRUE", "on", " true"}},
      {duration,
       {"100ms", "1s", "5m", "1h", "60m"},
       {"99ms", "2h", "1", "s", "1 s", "1.5s", "-1s", "1d", "9999999999999999999h",
        "9223372036854775h"}},
      {url,
       {"sqlite::memory:", "postgres://u:p@h/d", "sqlite:///a%20b", "sqlite:///a b",
        "s3://k:s@h:1/b"},
       {"not-a-url", "://h", "postgres:", "Postgres://h", "1a://h", "sqlite:///a\n", "sqlite:///a ",
        "/tmp/x"}},
      {choice, {"DEBUG", "info", "Debug"}, {"LOUD", "INF", "INFOS"}},
  };
}

TEST(SettingRow, TakesWhatItsTypeAllowsAndNothingElse) {
  for (const Sample& sample : Samples()) {
    for (const char* text : sample.good) {
      SettingValue value{.text = text};
      EXPECT_TRUE(ReadSettingValue(sample.row, value).ok()) << sample.row.name << " " << text;
    }
    for (const char* text : sample.bad) {
      SettingValue value{.text = text};
      const Status status = ReadSettingValue(sample.row, value);
      ASSERT_FALSE(status.ok()) << sample.row.name << " " << text;
      EXPECT_THAT(status.error().message, HasSubstr("must be " + TypeOf(sample.row)));
    }
  }
}

TEST(SettingRow, GivesDurationsInMilliseconds) {
  const SettingRow row{"T", "", Kind::kDuration, "1s", 0, 86'400'000};
  for (const auto& [text, ms] : {std::pair{"250ms", 250}, {"30s", 30'000}, {"24h", 86'400'000}}) {
    SettingValue value{.text = text};
    ASSERT_TRUE(ReadSettingValue(row, value).ok()) << text;
    EXPECT_EQ(value.number, ms);
  }
}

TEST(SettingRow, SpellsAChoiceAsTheSchemaDoes) {
  SettingRow row{"C", "", Kind::kChoice};
  row.choices = {"DEBUG", "INFO"};
  SettingValue value{.text = "info"};
  ASSERT_TRUE(ReadSettingValue(row, value).ok());
  EXPECT_EQ(value.text, "INFO");
}

TEST(SchemaText, SaysTypeDefaultAndSecrecyOfEachRow) {
  std::vector<SettingRow> schema = {{"PORT", "the port", Kind::kWhole, "8000", 0, 65535},
                                    {"KEY", "the key", Kind::kText},
                                    {"EXTRA", "more", Kind::kText, ""},
                                    {"OTHER_URL", "another", Kind::kUrl}};
  schema[1].secret = true;
  schema[3].follows = "KEY";
  EXPECT_THAT(SchemaText(schema),
              AllOf(HasSubstr("PORT       the port\n"),
                    HasSubstr("a whole number from 0 to 65535; default 8000\n"),
                    HasSubstr("text; required; secret\n"), HasSubstr("text; none by default\n"),
                    HasSubstr("follows KEY\n")));
}

TEST(RequireSettings, TakesTheDefaultAway) {
  std::vector<SettingRow> schema = {{"A", "", Kind::kText, "a"}, {"B", "", Kind::kText}};
  schema[1].follows = "A";
  const std::vector<std::string> names = {"A", "B"};
  ASSERT_TRUE(RequireSettings(schema, names).ok());
  EXPECT_FALSE(schema[0].otherwise.has_value());
  EXPECT_TRUE(schema[1].follows.empty());
  const std::vector<std::string> unknown = {"DATABSE_URL"};
  const Status status = RequireSettings(schema, unknown);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("\"DATABSE_URL\" is no variable"));
}

TEST(MaskedUrl, HidesUserPasswordAndQuery) {
  EXPECT_EQ(MaskedUrl("sqlite:///var/a.db"), "sqlite:///var/a.db");
  EXPECT_EQ(MaskedUrl("redis://:p@ss@cache/0"), "redis://***@cache/0");
  EXPECT_EQ(MaskedUrl("postgres://h/d?user=ann&password=hunter2"), "postgres://h/d?***");
  EXPECT_EQ(MaskedUrl("s3://a:b@h/c?d=e@f"), "s3://***@f");
}

}  // namespace
}  // namespace twelve
