#include "factors/04_backing_services/parts/sql_job_queue.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "factors/04_backing_services/parts/job_queue_contract.h"

namespace twelve {
namespace {

class SqliteQueueHome final : public QueueHome {
 public:
  SqliteQueueHome() {
    std::string pattern = (std::filesystem::temp_directory_path() / "jobs.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~SqliteQueueHome() override { std::filesystem::remove_all(directory_); }
  std::string url() const override { return "sqlite://" + directory_ + "/jobs.db"; }

 private:
  std::string directory_;
};

const QueueHomeMaker kSqlite = {
    "Sqlite", [] { return std::unique_ptr<QueueHome>(std::make_unique<SqliteQueueHome>()); }};

INSTANTIATE_TEST_SUITE_P(SqlJobQueue, JobQueueContract, ::testing::Values(kSqlite),
                         [](const auto& home) { return home.param.name; });

class SqlJobQueueTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(MakeQueue(home_.url(), clock_).ok()); }
  std::unique_ptr<JobQueue> Open() {
    auto queue = OpenJobQueue(home_.url(), {}, clock_);
    EXPECT_TRUE(queue.ok() && queue.value()->Connect(std::chrono::seconds(10)).ok());
    return std::move(queue).value();
  }
  SystemClock clock_;
  SqliteQueueHome home_;
};

TEST_F(SqlJobQueueTest, KeepsWhatAKilledProcessPutAndTook) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto queue = Open();
    const bool put = queue->Put({{}, "first", "{}", "", ""}).ok() &&
                     queue->Put({{}, "second", "{}", "", ""}).ok();
    const auto taken = queue->Take("w1", std::chrono::milliseconds(50), Duration::zero());
    if (!put || !taken || !taken.value()) ::_exit(1);
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
  const auto queue = Open();
  std::map<std::string, int> deliveries;
  for (int i = 0; i < 2; ++i) {
    const auto job = queue->Take("w2", std::chrono::hours(1), std::chrono::seconds(30));
    ASSERT_TRUE(job.ok() && job.value());
    deliveries[(*job)->kind] = (*job)->deliveries;
  }
  EXPECT_EQ(deliveries, (std::map<std::string, int>{{"first", 2}, {"second", 1}}));
}

TEST_F(SqlJobQueueTest, SaysWhereItIsWithoutCredentials) {
  EXPECT_EQ(Open()->place(), home_.url());
}

}  // namespace
}  // namespace twelve
