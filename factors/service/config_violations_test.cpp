// The whole binary: what factors I, III, V and X promise, and what their violations do instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::map<std::string, std::string>;

class ConfigViolationsTest : public ::testing::Test {
 protected:
  ServiceProcess::Options Web(std::vector<std::string> arguments, Variables environment = {}) {
    arguments.insert(arguments.begin(), "web");
    return {.arguments = std::move(arguments), .environment = std::move(environment)};
  }
  std::string InDirectory(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string Contents(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(InDirectory(name)).rdbuf();
    return text.str();
  }
  static json Get(std::uint16_t port, const std::string& path) {
    const auto answer = RawClient(port).Get(path);
    return answer ? json::parse(answer->body, nullptr, false) : json();
  }
  static int StatusOf(std::uint16_t port, const std::string& path, const std::string& headers) {
    const auto answer = RawClient(port).Get(path, headers);
    return answer ? answer->status : 0;
  }

  ScratchDirectory directory_;
};

TEST_F(ConfigViolationsTest, ARequiredVariableThatIsMissingEndsItBeforeItListens) {
  ServiceProcess service(directory_, Web({"--require", "API_KEY,DATABASE_URL"}));
  EXPECT_EQ(service.WaitForExit(), 78);
  EXPECT_THAT(service.Stderr(),
              AllOf(HasSubstr("API_KEY is not set"), HasSubstr("DATABASE_URL is not set")));
  EXPECT_EQ(service.Stdout(), "");
}

TEST_F(ConfigViolationsTest, TheApiWantsItsKeyAndConfigDoesNotShowIt) {
  ServiceProcess service(directory_, Web({"--require", "API_KEY"}, {{"API_KEY", "hunter2"}}));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0) << service.Stderr();
  EXPECT_EQ(StatusOf(port, "/api/v1/process", ""), 401);
  EXPECT_EQ(StatusOf(port, "/api/v1/process", "Authorization: Bearer hunter2\r\n"), 200);
  EXPECT_EQ(StatusOf(port, "/health", ""), 200);
  EXPECT_EQ(Get(port, "/config")["API_KEY"]["value"], "***");
  EXPECT_EQ(StatusOf(port, "/debug/vars", ""), 404);
  service.Signal(SIGTERM);
  service.WaitForExit();
  EXPECT_THAT(service.Stdout() + service.Stderr(), Not(HasSubstr("hunter2")));
  EXPECT_FALSE(std::filesystem::exists(InDirectory("cache.json")));
}

TEST_F(ConfigViolationsTest, DefaultSecretLetsInWhoeverReadsTheCode) {
  ServiceProcess service(directory_, Web({"--require", "API_KEY", "--violate", "default-secret"}));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0) << service.Stderr();
  EXPECT_EQ(StatusOf(port, "/api/v1/process", "Authorization: Bearer changeme\r\n"), 200);
}

TEST_F(ConfigViolationsTest, LazyConfigIsReadyAndFailsTheFirstRequest) {
  ServiceProcess service(directory_, Web({"--require", "API_KEY", "--violate", "lazy-config"}));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0) << service.Stderr();
  EXPECT_EQ(StatusOf(port, "/health", ""), 200);
  EXPECT_EQ(StatusOf(port, "/api/v1/process", ""), 500);
}

TEST_F(ConfigViolationsTest, MissingEnvNoNameNamesNothing) {
  ServiceProcess service(directory_,
                         Web({"--require", "API_KEY", "--violate", "missing-env-no-name"}));
  EXPECT_EQ(service.WaitForExit(), 78);
  EXPECT_THAT(service.Stderr(), AllOf(HasSubstr("config error"), Not(HasSubstr("API_KEY"))));
}

TEST_F(ConfigViolationsTest, LogEnvAtBootPrintsTheKey) {
  ServiceProcess service(directory_,
                         Web({"--violate", "log-env-at-boot"}, {{"API_KEY", "hunter2"}}));
  ASSERT_NE(service.WaitForPort(), 0);
  service.Signal(SIGTERM);
  service.WaitForExit();
  EXPECT_THAT(service.Stderr(), HasSubstr("API_KEY=hunter2"));
}

TEST_F(ConfigViolationsTest, LogDbUrlOnErrorPrintsThePassword) {
  const Variables nowhere = {{"DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/shop"}};
  ServiceProcess good(directory_, Web({}, nowhere));
  ServiceProcess talkative(directory_, Web({"--violate", "log-db-url-on-error"}, nowhere));
  // Both go on trying: they are attached as soon as the database is there.
  ASSERT_NE(good.WaitForPort(), 0) << good.Stderr();
  ASSERT_NE(talkative.WaitForPort(), 0) << talkative.Stderr();
  for (ServiceProcess* service : {&good, &talkative}) {
    service->Signal(SIGTERM);
    service->WaitForExit();
  }
  EXPECT_THAT(good.Stdout() + good.Stderr(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(talkative.Stderr(), HasSubstr("postgres://ann:hunter2@127.0.0.1:1/shop"));
}

TEST_F(ConfigViolationsTest, FilesAreKeptBesideAnEmbeddedDatabase) {
  ServiceProcess service(directory_,
                         Web({}, {{"DATABASE_URL", "sqlite://" + InDirectory("mine.db")}}));
  const json config = Get(service.WaitForPort(), "/config");
  EXPECT_EQ(config["STORAGE_URL"]["value"], "file://" + InDirectory("mine.db.files"));
  EXPECT_EQ(config["STORAGE_URL"]["from"], "DATABASE_URL");
}

TEST_F(ConfigViolationsTest, TelemetryCanBeSwitchedOff) {
  ServiceProcess on(directory_, Web({}));
  EXPECT_EQ(StatusOf(on.WaitForPort(), "/metrics", ""), 200);
  ServiceProcess off(directory_, Web({}, {{"TELEMETRY", "false"}}));
  EXPECT_EQ(StatusOf(off.WaitForPort(), "/metrics", ""), 404);
}

TEST_F(ConfigViolationsTest, DebugEnvEndpointServesTheKey) {
  ServiceProcess service(directory_,
                         Web({"--violate", "debug-env-endpoint"}, {{"API_KEY", "hunter2"}}));
  EXPECT_EQ(Get(service.WaitForPort(), "/debug/vars")["API_KEY"], "hunter2");
}

TEST_F(ConfigViolationsTest, CacheConfigFileLeavesTheKeyOnDisk) {
  ServiceProcess service(directory_,
                         Web({"--violate", "cache-config-file"}, {{"API_KEY", "hunter2"}}));
  ASSERT_NE(service.WaitForPort(), 0);
  EXPECT_THAT(Contents("cache.json"), HasSubstr("hunter2"));
}

TEST_F(ConfigViolationsTest, ConfigByEnvNameReadsAFileOfThatName) {
  std::ofstream(InDirectory("config.staging.json")) << R"({"SERVICE_NAME":"from-group"})";
  ServiceProcess service(directory_,
                         Web({"--violate", "config-by-env-name"}, {{"APP_ENV", "staging"}}));
  EXPECT_EQ(Get(service.WaitForPort(), "/config")["SERVICE_NAME"]["value"], "from-group");
}

TEST_F(ConfigViolationsTest, ReadsConfigYmlLetsTheFileWin) {
  std::ofstream(InDirectory("config.yml")) << "SERVICE_NAME: from-file\n";
  const Variables environment = {{"SERVICE_NAME", "from-environment"}};
  ServiceProcess spoilt(directory_, Web({"--violate", "reads-config-yml"}, environment));
  EXPECT_EQ(Get(spoilt.WaitForPort(), "/config")["SERVICE_NAME"]["value"], "from-file");
  ServiceProcess good(directory_, Web({}, environment));
  EXPECT_EQ(Get(good.WaitForPort(), "/config")["SERVICE_NAME"]["value"], "from-environment");
}

TEST_F(ConfigViolationsTest, TheNameOfTheEnvironmentChoosesNoDatabase) {
  const Variables environment = {{"APP_ENV", "development"},
                                 {"DATABASE_URL", "sqlite://" + InDirectory("mine.db")}};
  ServiceProcess good(directory_, Web({}, environment));
  EXPECT_THAT((*good.WaitForEvent("starting"))["database"], HasSubstr("mine.db"));
  ServiceProcess named(directory_, Web({"--violate", "env-name-overrides-db"}, environment));
  EXPECT_THAT((*named.WaitForEvent("starting"))["database"], Not(HasSubstr("mine.db")));
  ServiceProcess adapted(directory_, Web({"--violate", "dev-uses-sqlite"}, environment));
  EXPECT_THAT((*adapted.WaitForEvent("starting"))["database"], HasSubstr("development.sqlite3"));
  ASSERT_NE(adapted.WaitForPort(), 0);
  EXPECT_TRUE(std::filesystem::exists(InDirectory("development.sqlite3")));
}

TEST_F(ConfigViolationsTest, DevServerBannerSaysWhatItIs) {
  ServiceProcess service(directory_, Web({"--violate", "dev-server-banner"}));
  ASSERT_NE(service.WaitForPort(), 0);
  service.Signal(SIGTERM);
  service.WaitForExit();
  EXPECT_THAT(service.Stderr(), HasSubstr("This is a development server."));
}

TEST_F(ConfigViolationsTest, EveryEventAndAnswerSaysReleaseAndCommit) {
  ServiceProcess service(directory_, Web({}, {{"RELEASE_ID", "v7"}}));
  const auto version = RawClient(service.WaitForPort()).Get("/version");
  ASSERT_TRUE(version.has_value());
  const std::string commit = version->headers.at("x-commit");
  EXPECT_EQ(version->headers.at("x-release-id"), "v7");
  const json body = json::parse(version->body);
  EXPECT_EQ(body["release"], "v7");
  EXPECT_EQ(body["commit"], commit);
  EXPECT_TRUE(body["clean_tree"].is_boolean());
  service.Signal(SIGTERM);
  service.WaitForExit();
  std::istringstream lines(service.Stdout());
  int seen = 0;
  for (std::string line; std::getline(lines, line); ++seen) {
    const json event = json::parse(line);
    EXPECT_EQ(event["release"], "v7") << line;
    EXPECT_EQ(event["commit"], commit) << line;
  }
  EXPECT_GE(seen, 3);
}

TEST_F(ConfigViolationsTest, ConstantVersionTellsNoReleaseFromAnother) {
  ServiceProcess service(directory_,
                         Web({"--violate", "constant-version"}, {{"RELEASE_ID", "v7"}}));
  const json version = Get(service.WaitForPort(), "/version");
  EXPECT_EQ(version["release"], "0.0.0");
  EXPECT_EQ(version["commit"], "0.0.0");
}

TEST_F(ConfigViolationsTest, FlagsComeFromTheEnvironmentAndAreAskedForAUser) {
  ServiceProcess service(
      directory_,
      Web({}, {{"FEATURE_FLAGS",
                R"({"new_checkout_flow":true,"analytics":{"enabled":true,"percent":50}})"}}));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0) << service.Stderr();
  EXPECT_EQ(Get(port, "/api/v1/flags?user=ann")["flags"]["new_checkout_flow"]["on"], true);
  const json first = Get(port, "/api/v1/flags?user=bob");
  EXPECT_EQ(first["user"], "bob");
  EXPECT_EQ(Get(port, "/api/v1/flags?user=bob"), first);
  ServiceProcess wrong(directory_, Web({}, {{"FEATURE_FLAGS", "{"}}));
  EXPECT_EQ(wrong.WaitForExit(), 78);
  EXPECT_THAT(wrong.Stderr(), HasSubstr("FEATURE_FLAGS is no JSON object"));
}

TEST_F(ConfigViolationsTest, AFixtureIsNoSwitch) {
  ServiceProcess service(directory_, Web({"--violate", "sqlite-in-dev"}));
  EXPECT_EQ(service.WaitForExit(), 64);
  EXPECT_THAT(service.Stderr(), HasSubstr("factors/10_dev_prod_parity/fixtures/sqlite-in-dev"));
}

}  // namespace
}  // namespace twelve
