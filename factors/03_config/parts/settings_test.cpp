#include "factors/03_config/parts/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/03_config/parts/service_config.h"

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
  EXPECT_TRUE(settings->values().at("PORT").from_environment);
  EXPECT_FALSE(settings->values().at("LEVEL").from_environment);
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

TEST(ServiceConfig, NeedsNothingFromTheEnvironment) {
  const Result<Settings> settings = Settings::Read(ServiceSchema(nullptr, "sqlite::memory:"), {});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  const ServiceConfig config = ToServiceConfig(*settings);
  EXPECT_EQ(config.port, 8000);
  EXPECT_EQ(config.host, "0.0.0.0");
  EXPECT_EQ(config.drain_delay, std::chrono::milliseconds(500));
  EXPECT_EQ(config.log_level, EventLevel::kInfo);
}

TEST(ServiceConfig, IsTyped) {
  const Result<Settings> settings =
      Settings::Read(ServiceSchema(nullptr, ""), {{"DATABASE_URL", "sqlite:///d"},
                                                  {"GRACE_MS", "1500"},
                                                  {"LOG_LEVEL", "ERROR"},
                                                  {"SESSION_TTL_S", "60"}});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  const ServiceConfig config = ToServiceConfig(*settings);
  EXPECT_EQ(config.database_url, "sqlite:///d");
  EXPECT_EQ(config.grace, std::chrono::milliseconds(1500));
  EXPECT_EQ(config.log_level, EventLevel::kError);
  EXPECT_EQ(config.session_ttl, std::chrono::seconds(60));
}

TEST(ConfigRoutes, MaskWhatIsSecret) {
  const Result<Settings> settings =
      Settings::Read(ServiceSchema(nullptr, ""),
                     {{"DATABASE_URL", "postgres://ann:hunter2@db/shop"}, {"PORT", "81"}});
  ASSERT_TRUE(settings.ok());
  const HttpResponse response = ConfigRoutes(*settings)[0].handler({});
  EXPECT_THAT(response.body, AllOf(HasSubstr("postgres://***@db/shop"), Not(HasSubstr("hunter2")),
                                   HasSubstr(R"("PORT":{"value":"81","from":"environment"})"),
                                   HasSubstr(R"("HOST":{"value":"0.0.0.0","from":"default"})")));
}

TEST(MaskedUrl, LeavesUrlsWithoutAUserAlone) {
  EXPECT_EQ(MaskedUrl("sqlite:///var/a.db"), "sqlite:///var/a.db");
  EXPECT_EQ(MaskedUrl("redis://:p@ss@cache/0"), "redis://***@cache/0");
}

}  // namespace
}  // namespace twelve
