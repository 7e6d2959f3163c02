#include "factors/04_backing_services/parts/open_job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OpenJobQueueTest : public ::testing::Test {
 protected:
  SystemClock clock_;
};

TEST_F(OpenJobQueueTest, KnowsTheQueueByItsUrl) {
  const struct {
    const char* url;
    const char* place;
  } cases[] = {
      {"sqlite:///var/lib/jobs.db", "sqlite:///var/lib/jobs.db"},
      {"postgres://ann:hunter2@db.example:6543/shop", "postgres://db.example:6543/shop"},
      {"redis://:hunter2@cache.example/3", "redis://cache.example:6379/3"},
  };
  for (const auto& c : cases) {
    const auto queue = OpenJobQueue(c.url, {}, clock_);
    ASSERT_TRUE(queue.ok()) << c.url << ": " << queue.error().message;
    EXPECT_EQ(queue.value()->place(), c.place);
    EXPECT_EQ(queue.value()->kind(), BackingKind::kQueue);
  }
}

TEST_F(OpenJobQueueTest, NamesTheKnownSchemesAndNoSecret) {
  for (const char* url : {"amqp://ann:hunter2@mq/", "hunter2", "redis://ann:hunter2@mq/x",
                          "redis://ann:hunter2@mq/0?tls=1"}) {
    const auto queue = OpenJobQueue(url, {}, clock_);
    ASSERT_FALSE(queue.ok()) << url;
    EXPECT_EQ(queue.error().code, ErrorCode::kInvalid) << url;
    EXPECT_THAT(queue.error().message, Not(HasSubstr("hunter2")));
    EXPECT_FALSE(CheckQueueUrl(url).ok());
  }
  EXPECT_THAT(CheckQueueUrl("amqp://mq/").error().message,
              HasSubstr("known are redis, sqlite, postgres"));
}

TEST_F(OpenJobQueueTest, AServerThatIsNotThereIsClosedAndNamed) {
  // Port 1 of the loopback is reserved and nobody's.
  const auto queue = OpenJobQueue("redis://:hunter2@127.0.0.1:1", {}, clock_);
  ASSERT_TRUE(queue.ok());
  const Status connected = queue.value()->Connect(std::chrono::seconds(5));
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().code, ErrorCode::kClosed);
  EXPECT_THAT(connected.error().message, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(connected.error().message, Not(HasSubstr("hunter2")));
  EXPECT_EQ(queue.value()->Put({}).error().code, ErrorCode::kClosed);
}

}  // namespace
}  // namespace twelve
