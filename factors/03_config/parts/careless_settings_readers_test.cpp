#include "factors/03_config/parts/careless_settings_readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "factors/03_config/parts/service_config.h"

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Works in a directory of its own: some of the readers look at what lies there.
class CarelessSettingsReadersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "twelve-settings-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(directory_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(directory_);
  }

  template <typename Reader>
  Result<Settings> Read(const Environment& environment, const std::vector<std::string>& required) {
    SchemaNeeds needs;
    needs.default_database_url = "sqlite:///default.db";
    std::vector<SettingRow> schema = ServiceSchema(needs);
    EXPECT_TRUE(RequireSettings(schema, required).ok());
    if constexpr (std::is_same_v<Reader, EnvironmentReader>) {
      return Reader().Read(schema, environment);
    } else {
      return Reader(std::make_unique<EnvironmentReader>()).Read(schema, environment);
    }
  }

  std::filesystem::path directory_, before_;
};

TEST_F(CarelessSettingsReadersTest, TheGoodOneWantsTheKeyAndLooksAtNoFile) {
  std::ofstream("config.yml") << "PORT: 81\n";
  std::ofstream("config.local.json") << R"({"PORT":"82"})";
  const Result<Settings> refused = Read<EnvironmentReader>({}, {"API_KEY"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("API_KEY is not set"));
  const Result<Settings> settings = Read<EnvironmentReader>({}, {});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->Number("PORT"), 8000);
}

TEST_F(CarelessSettingsReadersTest, DefaultSecretInventsOne) {
  const Result<Settings> settings = Read<DefaultSecretReader>({}, {"API_KEY"});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->Text("API_KEY"), "changeme");
  EXPECT_EQ(Read<DefaultSecretReader>({{"API_KEY", "k"}}, {"API_KEY"})->Text("API_KEY"), "k");
}

TEST_F(CarelessSettingsReadersTest, LazyConfigStartsWithoutTheKeyButNotWithABadPort) {
  EXPECT_TRUE(Read<LazySettingsReader>({}, {"API_KEY"}).ok());
  EXPECT_FALSE(Read<LazySettingsReader>({{"PORT", "ten"}}, {"API_KEY"}).ok());
}

TEST_F(CarelessSettingsReadersTest, MissingEnvNoNameNamesNothing) {
  const Result<Settings> settings = Read<NamelessErrorReader>({{"PORT", "ten"}}, {"API_KEY"});
  ASSERT_FALSE(settings.ok());
  EXPECT_EQ(settings.error().message, "config error");
}

TEST_F(CarelessSettingsReadersTest, LogEnvAtBootPrintsSecrets) {
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(Read<PrintingReader>({{"API_KEY", "hunter2"}}, {}).ok());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("API_KEY=hunter2"));
}

TEST_F(CarelessSettingsReadersTest, ConfigByEnvNameReadsTheGroupOfThatName) {
  std::ofstream("config.staging.json") << R"({"PORT":"82","HOST":"127.0.0.9","LOG_LEVEL":7})";
  const Result<Settings> settings =
      Read<NamedGroupReader>({{"APP_ENV", "staging"}, {"HOST", "127.0.0.1"}}, {});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->Number("PORT"), 82);
  EXPECT_EQ(settings->Text("HOST"), "127.0.0.1");
  EXPECT_EQ(Read<NamedGroupReader>({{"APP_ENV", "canary"}}, {})->Number("PORT"), 8000);
}

TEST_F(CarelessSettingsReadersTest, ReadsConfigYmlLetsTheFileWin) {
  std::ofstream("config.yml") << "# deploy\nPORT: 83\r\nDATABASE_URL: sqlite:///file.db\n";
  const Result<Settings> settings = Read<ConfigFileReader>({{"PORT", "80"}}, {});
  ASSERT_TRUE(settings.ok()) << settings.error().message;
  EXPECT_EQ(settings->Number("PORT"), 83);
  EXPECT_EQ(settings->Text("DATABASE_URL"), "sqlite:///file.db");
}

TEST_F(CarelessSettingsReadersTest, CacheConfigFileLeavesSecretsOnDisk) {
  EXPECT_TRUE(Read<CachingReader>({{"API_KEY", "hunter2"}}, {}).ok());
  std::stringstream text;
  text << std::ifstream("cache.json").rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("hunter2"));
}

TEST_F(CarelessSettingsReadersTest, EnvNameOverridesTheDatabaseInDevelopmentOnly) {
  const std::string url = "postgres://h/d";
  EXPECT_EQ(Read<DevelopmentDatabaseReader>({{"APP_ENV", "development"}, {"DATABASE_URL", url}}, {})
                ->Text("DATABASE_URL"),
            "sqlite:///default.db");
  EXPECT_EQ(Read<DevelopmentDatabaseReader>({{"APP_ENV", "production"}, {"DATABASE_URL", url}}, {})
                ->Text("DATABASE_URL"),
            url);
}

TEST(DebugEnvironmentRoutes, GiveSecretsAway) {
  const auto routes = DebugEnvironmentRoutes({{"API_KEY", "hunter2"}});
  EXPECT_EQ(routes[0].pattern, "/debug/vars");
  EXPECT_THAT(routes[0].handler({}).body, AllOf(HasSubstr("hunter2"), Not(HasSubstr("***"))));
}

}  // namespace
}  // namespace twelve
