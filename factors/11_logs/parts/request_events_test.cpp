#include "factors/11_logs/parts/request_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

class KeptEvents final : public EventSink {
 public:
  void Write(const Event& event) override { all.push_back(event); }
  std::uint64_t Dropped() const override { return 0; }
  std::vector<Event> all;
};

class RequestEventsTest : public ::testing::Test {
 protected:
  EventLevel LevelOf(int status) {
    RequestRecord record;
    record.status = status;
    RequestEvents(events_, drain_).Observe(record);
    return events_.all.back().level;
  }

  KeptEvents events_;
  DrainState drain_;
};

TEST_F(RequestEventsTest, TellOfWhomItConcernsByTheLevel) {
  EXPECT_EQ(LevelOf(200), EventLevel::kInfo);
  EXPECT_EQ(LevelOf(404), EventLevel::kInfo);
  EXPECT_EQ(LevelOf(500), EventLevel::kError);
  EXPECT_EQ(LevelOf(502), EventLevel::kError);
  EXPECT_EQ(LevelOf(503), EventLevel::kWarning);
}

TEST_F(RequestEventsTest, TheRefusalOfADrainingProcessIsMeant) {
  drain_.Begin();
  EXPECT_EQ(LevelOf(503), EventLevel::kInfo);
  EXPECT_EQ(LevelOf(500), EventLevel::kError);
}

TEST_F(RequestEventsTest, AFailedHandlerIsAnEventOfItsOwn) {
  RequestRecord record;
  record.request_id = "r-1";
  record.trace_id = "t-1";
  record.method = "PUT";
  record.path = "/a";
  record.status = 500;
  record.error = "disk full";
  record.error_type = "std::runtime_error";
  RequestEvents(events_, drain_).Observe(record);
  ASSERT_EQ(events_.all.size(), 2u);
  const Event& error = events_.all[0];
  EXPECT_EQ(error.type, "error");
  EXPECT_EQ(error.level, EventLevel::kError);
  EXPECT_EQ(error.trace_id, "t-1");
  EXPECT_EQ(std::get<std::string>(error.data[0].value), "std::runtime_error");
  EXPECT_EQ(std::get<std::string>(error.data[1].value), "disk full");
  ASSERT_EQ(error.context.size(), 3u);
  EXPECT_EQ(std::get<std::string>(error.context[2].value), "/a");
  EXPECT_EQ(events_.all[1].type, "http_request");
  EXPECT_EQ(events_.all[1].trace_id, "t-1");
}

}  // namespace
}  // namespace twelve
