#include "factors/03_config/parts/service_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Result<Settings> Read(const Environment& environment) {
  SchemaNeeds needs;
  needs.default_database_url = "sqlite::memory:";
  return Settings::Read(ServiceSchema(needs), environment);
}

TEST(ServiceConfig, NeedsNothingFromTheEnvironment) {
  const Result<Settings> settings = Read({});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  const ServiceConfig config = ToServiceConfig(*settings);
  EXPECT_EQ(config.port, 8000);
  EXPECT_EQ(config.host, "0.0.0.0");
  EXPECT_EQ(config.drain_delay, std::chrono::milliseconds(500));
  EXPECT_EQ(config.log_level, EventLevel::kInfo);
  EXPECT_EQ(config.pool_min, 5);
  EXPECT_EQ(config.pool_max, 20);
  EXPECT_EQ(config.cache_url, "sqlite::memory:");
  EXPECT_EQ(config.queue_url, "sqlite::memory:");
  EXPECT_EQ(config.storage_url, "");
}

TEST(ServiceConfig, IsTyped) {
  const Result<Settings> settings = Read({{"DATABASE_URL", "sqlite:///d"},
                                          {"GRACE_MS", "1500"},
                                          {"LOG_LEVEL", "error"},
                                          {"SESSION_TTL_S", "60"},
                                          {"JOB_VISIBILITY", "250ms"},
                                          {"TELEMETRY", "false"},
                                          {"QUEUE_URL", "redis://h/1"}});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  const ServiceConfig config = ToServiceConfig(*settings);
  EXPECT_EQ(config.database_url, "sqlite:///d");
  EXPECT_EQ(config.cache_url, "sqlite:///d");
  EXPECT_EQ(config.queue_url, "redis://h/1");
  EXPECT_EQ(config.grace, std::chrono::milliseconds(1500));
  EXPECT_EQ(config.log_level, EventLevel::kError);
  EXPECT_EQ(config.session_ttl, std::chrono::seconds(60));
  EXPECT_EQ(config.job_visibility, std::chrono::milliseconds(250));
  EXPECT_FALSE(config.telemetry);
}

TEST(ServiceConfig, AsksTheChecksOfThoseWhoKnow) {
  SchemaNeeds needs;
  needs.default_database_url = "sqlite::memory:";
  const auto refuse = [](const char* why) {
    return [why](const std::string&) { return Status(InvalidError(why)); };
  };
  needs.database_url = refuse("is no database");
  needs.cache_url = refuse("is no cache");
  needs.queue_url = refuse("is no queue");
  needs.storage_url = refuse("is no storage");
  needs.feature_flags = refuse("is no JSON");
  const Result<Settings> settings =
      Settings::Read(ServiceSchema(needs), {{"CACHE_URL", "redis://h/0"},
                                            {"QUEUE_URL", "redis://h/1"},
                                            {"STORAGE_URL", "s3://h/b"},
                                            {"PORT", "ten"}});
  ASSERT_FALSE(settings.ok());
  for (const char* fault :
       {"PORT is \"ten\"", "DATABASE_URL is no database", "CACHE_URL is no cache",
        "QUEUE_URL is no queue", "STORAGE_URL is no storage", "FEATURE_FLAGS is no JSON"}) {
    EXPECT_THAT(settings.error().message, HasSubstr(fault));
  }
}

TEST(ServiceSchema, NamesEachVariableOnceAndSaysWhatItDoes) {
  std::set<std::string_view> names;
  for (const SettingRow& row : ServiceSchema({})) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.what.empty()) << row.name;
    EXPECT_TRUE(row.follows.empty() || names.contains(row.follows)) << row.name;
    EXPECT_TRUE(row.not_below.empty() || names.contains(row.not_below)) << row.name;
  }
}

TEST(ConfigRoutes, ShowValuesAndWhereTheyCameFromWithSecretsMasked) {
  const Result<Settings> settings =
      Read({{"DATABASE_URL", "postgres://ann:hunter2@db/shop"}, {"PORT", "81"}});
  ASSERT_TRUE(settings.ok());
  const HttpResponse response = ConfigRoutes(*settings)[0].handler({});
  EXPECT_THAT(response.body, AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr("ann"))));
  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json["PORT"], nlohmann::json::parse(R"({"value":"81","from":"environment"})"));
  EXPECT_EQ(json["HOST"]["from"], "default");
  EXPECT_EQ(json["DATABASE_URL"]["value"], "postgres://***@db/shop");
  EXPECT_EQ(json["DATABASE_URL"]["secret"], true);
  EXPECT_EQ(json["CACHE_URL"]["value"], "postgres://***@db/shop");
  EXPECT_EQ(json["CACHE_URL"]["from"], "DATABASE_URL");
}

TEST(ConfigRoutes, ShowNothingOfASecretThatIsNoUrl) {
  SettingRow row{"API_KEY", "", SettingRow::Kind::kText};
  row.secret = true;
  const Result<Settings> settings = Settings::Read(std::vector{row}, {{"API_KEY", "hunter2"}});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(ConfigRoutes(*settings)[0].handler({}).body,
            R"({"API_KEY":{"value":"***","from":"environment","secret":true}})");
}

}  // namespace
}  // namespace twelve
