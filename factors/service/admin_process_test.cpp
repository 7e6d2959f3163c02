// The whole binary as a one-off admin process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/service/job_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AdminProcessTest : public ::testing::Test {
 protected:
  /// Runs "admin WORDS…" to its end.
  int Run(std::vector<std::string> words, std::map<std::string, std::string> environment = {}) {
    words.insert(words.begin(), "admin");
    ServiceProcess admin(directory_, {.arguments = words, .environment = std::move(environment)});
    const int exit_code = admin.WaitForExit();
    out_ = admin.Stdout();
    err_ = admin.Stderr();
    return exit_code;
  }
  ScratchDirectory directory_;
  std::string out_, err_;
};

TEST_F(AdminProcessTest, MigratesUpAndDownAndSaysWhereItIs) {
  EXPECT_EQ(Run({"migrate", "status"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"state\":\"missing\""));
  EXPECT_EQ(Run({"migrate"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"steps\":4"));
  EXPECT_EQ(Run({"migrate", "up"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"steps\":0"));
  EXPECT_EQ(Run({"migrate", "down", "--to", "1"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"steps\":3"));
  EXPECT_EQ(Run({"migrate", "up", "--to", "2"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"steps\":1"));
  EXPECT_EQ(Run({"migrate", "status"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"name\":\"create-cache\",\"state\":\"applied\""));
  EXPECT_THAT(out_, HasSubstr("\"name\":\"create-jobs\",\"state\":\"missing\""));
  EXPECT_EQ(Run({"migrate", "down"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"version\":2,\"name\":\"create-cache\""));
}

TEST_F(AdminProcessTest, TwoAtOnceTakeTurns) {
  std::vector<std::unique_ptr<ServiceProcess>> runs;
  for (int i = 0; i < 4; ++i) {
    runs.push_back(std::make_unique<ServiceProcess>(
        directory_, ServiceProcess::Options{.arguments = {"admin", "migrate"}}));
  }
  std::int64_t steps = 0;
  for (const auto& run : runs) {
    EXPECT_EQ(run->WaitForExit(), 0) << run->Stderr();
    steps += (*run->WaitForEvent("migrated"))["steps"].get<std::int64_t>();
  }
  EXPECT_EQ(steps, 4);
}

TEST_F(AdminProcessTest, SeedsWhatIsNotThereAndKeepsWhatIs) {
  ASSERT_EQ(Run({"migrate"}), 0) << err_;
  EXPECT_EQ(Run({"seed", "--count", "700"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"added\":700"));
  EXPECT_THAT(out_, HasSubstr("\"progress\""));
  EXPECT_EQ(Run({"seed", "--count", "710"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"added\":10,\"were_there\":700"));
  ServiceProcess web(directory_, {});
  const nlohmann::json items = JobClient(web.WaitForPort()).Get("/api/v1/items?limit=5");
  EXPECT_THAT(items.dump(), HasSubstr("seed-"));
}

TEST_F(AdminProcessTest, CleansUpJobsThatEndedAndNothingElse) {
  ServiceProcess web(directory_, {});
  JobClient jobs(web.WaitForPort());
  const std::string done = jobs.Put("wait", {{"ms", 0}});
  {
    ServiceProcess worker(directory_, {.arguments = {"worker"}});
    ASSERT_EQ(jobs.WaitFor(done, "done")["state"], "done");
  }
  const std::string waiting = jobs.Put("wait", {{"ms", 0}});
  EXPECT_EQ(Run({"cleanup", "--older-than", "1d"}), 0) << err_;
  EXPECT_EQ(jobs.Find(done)["state"], "done");
  EXPECT_EQ(Run({"cleanup", "--older-than", "0s"}), 0) << err_;
  EXPECT_TRUE(jobs.Find(done).is_null());
  EXPECT_EQ(jobs.Find(waiting)["state"], "queued");
}

TEST_F(AdminProcessTest, AnUnknownTaskIsAMessageAnd64) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"migrat"},
                                                {},
                                                {"migrate", "sideways"},
                                                {"seed", "--count", "0"},
                                                {"cleanup", "--older-than", "soon"},
                                                {"migrate", "status", "--to", "2"}}) {
    EXPECT_EQ(Run(words), 64);
    EXPECT_NE(err_, "");
    EXPECT_EQ(out_, "");
  }
}

TEST_F(AdminProcessTest, ATaskThatFailsIsAMessageAnd1) {
  // The schema is not there: seed does not make it.
  EXPECT_EQ(Run({"seed"}), 1);
  EXPECT_THAT(err_, HasSubstr("admin seed failed"));
  EXPECT_EQ(Run({"migrate", "--to", "99"}), 1);
  EXPECT_THAT(err_, HasSubstr("there is no migration 99"));
}

TEST_F(AdminProcessTest, HasTheConfigurationOfTheOtherTypes) {
  EXPECT_EQ(Run({"migrate"}, {{"DB_POOL_MAX", "many"}}), 78);
  EXPECT_THAT(err_, HasSubstr("DB_POOL_MAX"));
  EXPECT_EQ(Run({"migrate"}, {{"DATABASE_URL", "sqlite:///nowhere/at/all.db"}}), 69);
  EXPECT_THAT(err_, HasSubstr("/nowhere/at/all.db"));
  EXPECT_EQ(Run({"migrate"}, {{"DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/shop"}}), 69);
  EXPECT_THAT(err_, Not(HasSubstr("hunter2")));
}

TEST_F(AdminProcessTest, RunsBesideTheWebProcessOfTheSamePort) {
  ServiceProcess web(directory_, {});
  const std::uint16_t port = web.WaitForPort();
  EXPECT_EQ(Run({"migrate"}, {{"PORT", std::to_string(port)}}), 0) << err_;
  EXPECT_THAT(out_, Not(HasSubstr("listening")));
  EXPECT_EQ(RawClient(port).Get("/ready")->status, 200);
}

}  // namespace
}  // namespace twelve
