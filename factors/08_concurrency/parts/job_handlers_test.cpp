#include "factors/08_concurrency/parts/job_handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::HasSubstr;

/// Refuses everything: what needs a real database is tested with the whole service.
class NoDatabase final : public Database {
 public:
  std::string place() const override { return "nowhere"; }
  Status Connect(Duration /*timeout*/) override { return Gone(); }
  void Disconnect() override {}
  Status Check(Duration /*timeout*/) override { return Gone(); }
  SqlDialect dialect() const override { return SqlDialect::kSqlite; }
  Result<SqlRows> Query(const std::string& /*sql*/,
                        const std::vector<SqlValue>& /*values*/) override {
    return Gone();
  }
  Status InTransaction(const std::function<Status(SqlConnection&)>& /*work*/) override {
    return Gone();
  }

 private:
  static Error Gone() { return {ErrorCode::kInvalid, "no such table: job_effects", {}, 0}; }
};

class JobHandlersTest : public ::testing::Test {
 protected:
  JobHandlersTest()
      : handlers_(ServiceJobHandlers([](const std::string& task, const Cancellation&)
                                         -> Result<std::string> { return "computed " + task; },
                                     database_, clock_)) {}
  Result<std::string> Do(const std::string& kind, const std::string& payload) {
    return handlers_.at(kind)({"7", kind, payload, {}, {}, 1}, cancel_);
  }

  const SystemClock clock_;
  NoDatabase database_;
  Cancellation cancel_;
  JobHandlers handlers_;
};

TEST_F(JobHandlersTest, HashIsComputedByWhoCan) {
  const Result<std::string> result = Do("hash", "{\"rounds\":\n1}");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(*result, "computed {\"rounds\": 1}");
}

TEST_F(JobHandlersTest, WaitWaitsAndCanBeGivenUp) {
  EXPECT_EQ(*Do("wait", R"({"ms":1})"), R"({"waited_ms":1})");
  cancel_.Cancel();
  const Result<std::string> given_up = Do("wait", R"({"ms":600000})");
  ASSERT_FALSE(given_up.ok());
  EXPECT_EQ(given_up.error().code, ErrorCode::kClosed);
}

TEST_F(JobHandlersTest, APayloadThatIsWrongCanNeverBeDone) {
  for (const auto& [kind, payload] : {std::pair{"wait", "{}"},
                                      {"wait", R"({"ms":-1})"},
                                      {"wait", "not json"},
                                      {"count", R"({"ms":1})"},
                                      {"count", R"({"key":7})"},
                                      {"count", "[]"},
                                      {"fail", "{}"}}) {
    const Result<std::string> result = Do(kind, payload);
    ASSERT_FALSE(result.ok()) << kind << payload;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid) << kind << payload;
  }
}

TEST_F(JobHandlersTest, ADatabaseThatCannotIsAReasonToTryAgain) {
  const Result<std::string> result = Do("count", R"({"key":"visits"})");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kSystem);
  EXPECT_THAT(result.error().message, HasSubstr("job_effects"));
}

}  // namespace
}  // namespace twelve
