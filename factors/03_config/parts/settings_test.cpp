#include "factors/03_config/parts/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = SettingRow::Kind;

std::vector<SettingRow> Schema() {
  return {
      {"PORT", "the port", Kind::kWhole, "8000", 0, 65535},
      {"API_KEY", "the key of the payment service", Kind::kText},
      {.name = "LEVEL",
       .what = "",
       .kind = Kind::kChoice,
       .otherwise = "low",
       .choices = {"low", "high"}},
      {.name = "SECRET_NUMBER",
       .what = "",
       .kind = Kind::kWhole,
       .otherwise = "1",
       .least = 1,
       .most = 9,
       .secret = true},
  };
}

TEST(Settings, TakesTheEnvironmentBeforeTheDefault) {
  const Result<Settings> settings =
      Settings::Read(Schema(), {{"PORT", "80"}, {"API_KEY", "k"}, {"UNRELATED", "x"}});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->Number("PORT"), 80);
  EXPECT_EQ(settings->Text("LEVEL"), "low");
  EXPECT_TRUE(settings->values().at("PORT").from_environment());
  EXPECT_FALSE(settings->values().at("LEVEL").from_environment());
  EXPECT_EQ(settings->values().size(), 4u);
}

TEST(Settings, NamesEverythingThatIsMissingOrMalformedAtOnce) {
  const Result<Settings> settings = Settings::Read(
      Schema(), {{"PORT", "65536"}, {"LEVEL", "loud"}, {"SECRET_NUMBER", "hunter2"}});
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(
      settings.error().message,
      AllOf(HasSubstr("PORT is \"65536\", and must be a whole number from 0 to 65535"),
            HasSubstr("API_KEY is not set: the key of the payment service"),
            HasSubstr("LEVEL is \"loud\", and must be one of low, high"),
            HasSubstr("SECRET_NUMBER is (its value is not shown)"), Not(HasSubstr("hunter2"))));
}

TEST(Settings, RefusesNumbersThatOnlyBeginWell) {
  for (const char* text :
       {"", " 80", "80 ", "+80", "-1", "0x50", "8e3", "80;", "99999999999999999999"}) {
    EXPECT_FALSE(Settings::Read(Schema(), {{"PORT", text}, {"API_KEY", "k"}}).ok())
        << "PORT=\"" << text << "\"";
  }
}

TEST(Settings, AnEmptyValueIsNotADefault) {
  const Result<Settings> settings = Settings::Read(Schema(), {{"API_KEY", ""}});
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error().message, HasSubstr("API_KEY is set but empty"));
}

TEST(Settings, AsksTheCheckOfARow) {
  std::vector<SettingRow> schema = {{.name = "URL", .what = "", .check = [](const std::string&) {
                                       return Status(InvalidError("has no scheme"));
                                     }}};
  const Result<Settings> settings = Settings::Read(schema, {{"URL", "x"}});
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error().message, HasSubstr("URL has no scheme"));
}

TEST(Settings, TakesTheValueOfTheVariableThatOneFollows) {
  std::vector<SettingRow> schema = {{"DATABASE_URL", "", Kind::kUrl, "sqlite:///d"},
                                    {"CACHE_URL", "", Kind::kUrl},
                                    {"STORAGE_URL", "", Kind::kUrl}};
  schema[1].follows = schema[2].follows = "DATABASE_URL";
  schema[2].derive = [](const std::string& url) {
    return url.starts_with("sqlite:") ? "dir" + url.substr(6) : std::string();
  };
  const Result<Settings> alone = Settings::Read(schema, {});
  ASSERT_TRUE(alone.ok()) << alone.error().message;
  EXPECT_EQ(alone->Text("CACHE_URL"), "sqlite:///d");
  EXPECT_EQ(alone->values().at("CACHE_URL").from, "DATABASE_URL");
  EXPECT_EQ(alone->Text("STORAGE_URL"), "dir:///d");

  const Result<Settings> attached =
      Settings::Read(schema, {{"DATABASE_URL", "postgres://h/d"}, {"CACHE_URL", "redis://h/0"}});
  ASSERT_TRUE(attached.ok()) << attached.error().message;
  EXPECT_EQ(attached->Text("CACHE_URL"), "redis://h/0");
  EXPECT_EQ(attached->Text("STORAGE_URL"), "");
}

TEST(Settings, ReportsAFaultOnceAndWhereItIs) {
  std::vector<SettingRow> schema = {{"DATABASE_URL", "", Kind::kUrl, "sqlite:///d"},
                                    {"CACHE_URL", "", Kind::kUrl}};
  schema[1].follows = "DATABASE_URL";
  schema[1].check = [](const std::string& url) {
    return url.starts_with("redis:") ? Status() : Status(InvalidError("names no cache"));
  };
  const Result<Settings> faulty = Settings::Read(schema, {{"DATABASE_URL", "nowhere"}});
  ASSERT_FALSE(faulty.ok());
  EXPECT_THAT(faulty.error().message,
              AllOf(HasSubstr("DATABASE_URL"), Not(HasSubstr("CACHE_URL"))));
  const Result<Settings> unfit = Settings::Read(schema, {});
  ASSERT_FALSE(unfit.ok());
  EXPECT_THAT(unfit.error().message,
              HasSubstr("CACHE_URL is not set, and what DATABASE_URL holds does not do for it: "
                        "it names no cache"));
}

TEST(Settings, HoldsARangeTogether) {
  std::vector<SettingRow> schema = {{"POOL_MIN", "", Kind::kWhole, "5", 0, 1000},
                                    {"POOL_MAX", "", Kind::kWhole, "20", 1, 1000}};
  schema[1].not_below = "POOL_MIN";
  EXPECT_TRUE(Settings::Read(schema, {{"POOL_MIN", "20"}}).ok());
  const Result<Settings> settings = Settings::Read(schema, {{"POOL_MIN", "21"}});
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error().message,
              HasSubstr("POOL_MAX is 20, and must not be below POOL_MIN, which is 21"));
}

}  // namespace
}  // namespace twelve
