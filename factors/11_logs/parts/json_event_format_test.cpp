#include "factors/11_logs/parts/json_event_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "factors/contracts/log_context.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using nlohmann::json;

class JsonEventFormatTest : public ::testing::Test {
 protected:
  json Parse(const Event& event, EventLevel least = EventLevel::kDebug) {
    line_ = JsonEventFormat(clock_, "shop", least).Line(event).value_or("");
    return json::parse(line_, nullptr, false);
  }

  FakeClock clock_;
  std::string line_;
};

TEST_F(JsonEventFormatTest, HasTheFieldsInTheirOrder) {
  clock_.Advance(std::chrono::milliseconds(45));
  Parse({"http_request",
         {{"path", std::string("/a")},
          {"status_code", std::int64_t{200}},
          {"duration_ms", 0.5},
          {"ok", true}},
         EventLevel::kWarning,
         "t1"});
  EXPECT_EQ(line_, R"({"timestamp":"2023-11-14T22:13:20.045Z","service":"shop",)"
                   R"("event_type":"http_request","level":"WARNING","trace_id":"t1",)"
                   R"("data":{"path":"/a","status_code":200,"duration_ms":0.5,"ok":true}})"
                   "\n");
}

TEST_F(JsonEventFormatTest, SaysWhichCodeWritesIt) {
  const JsonEventFormat format(clock_, "shop", EventLevel::kDebug, {"v7", "84ce6e3b1a2f"});
  const json parsed = json::parse(*format.Line({"starting"}));
  EXPECT_EQ(parsed["release"], "v7");
  EXPECT_EQ(parsed["commit"], "84ce6e3b1a2f");
}

TEST_F(JsonEventFormatTest, EventsOfNoRequestShareTheTraceOfTheProcess) {
  const JsonEventFormat format(clock_, "shop", EventLevel::kDebug);
  const json first = json::parse(*format.Line({"starting"}));
  const json second = json::parse(*format.Line({"stopped"}));
  EXPECT_EQ(first["trace_id"], second["trace_id"]);
  EXPECT_EQ(first["trace_id"].get<std::string>().size(), 32u);
  EXPECT_TRUE(first["data"].is_object());
}

TEST_F(JsonEventFormatTest, CarriesTheWorkThatTheThreadIsIn) {
  const JsonEventFormat format(clock_, "shop", EventLevel::kDebug);
  const LogContextScope request({"t-1", "r-1", ""});
  json line = json::parse(*format.Line({"pool_exhausted", {{"size", std::int64_t{5}}}}));
  EXPECT_EQ(line["trace_id"], "t-1");
  EXPECT_EQ(line["data"], json({{"size", 5}, {"request_id", "r-1"}}));
  {
    const LogContextScope job({"t-2", "", "j-2"});
    line = json::parse(*format.Line({"job_started"}));
    EXPECT_EQ(line["trace_id"], "t-2");
    EXPECT_EQ(line["data"], json({{"job_id", "j-2"}}));
  }
  line = json::parse(*format.Line({"x", {{"request_id", "r-9"}}, EventLevel::kInfo, "t-9"}));
  EXPECT_EQ(line["trace_id"], "t-9");
  EXPECT_EQ(line["data"], json({{"request_id", "r-9"}}));
}

TEST_F(JsonEventFormatTest, NestsTheContextOfAnError) {
  const json line = Parse(ErrorEvent("std::bad_alloc", "no \"memory\"", {{"bytes", 1.5}}));
  EXPECT_EQ(line["event_type"], "error");
  EXPECT_EQ(line["level"], "ERROR");
  EXPECT_EQ(line["data"], json({{"error_type", "std::bad_alloc"},
                                {"error_message", "no \"memory\""},
                                {"context", {{"bytes", 1.5}}}}));
}

TEST_F(JsonEventFormatTest, WritesNoNumberThatJsonDoesNotKnow) {
  const json line = Parse({"x", {{"a", std::nan("")}, {"b", 1e300 * 1e300}, {"c", 3.0}}});
  EXPECT_EQ(line["data"], json({{"a", nullptr}, {"b", nullptr}, {"c", 3}}));
}

TEST_F(JsonEventFormatTest, LeavesOutWhatIsBelowTheLevel) {
  const JsonEventFormat format(clock_, "shop", EventLevel::kWarning);
  EXPECT_FALSE(format.Line({"a", {}, EventLevel::kInfo}).has_value());
  EXPECT_TRUE(format.Line({"a", {}, EventLevel::kWarning}).has_value());
  EXPECT_TRUE(format.Line({"a", {}, EventLevel::kError}).has_value());
}

TEST_F(JsonEventFormatTest, IsOneLineWhateverTheTextHolds) {
  const std::string hostile("a\nb\r\x1b[31m\0\xff\"\\", 13);
  const json parsed = Parse({"x", {{"path", hostile}}});
  ASSERT_TRUE(parsed.is_object());
  EXPECT_EQ(line_.find('\n'), line_.size() - 1);
  EXPECT_EQ(line_.find('\x1b'), std::string::npos);
  EXPECT_EQ(parsed["data"]["path"].get<std::string>().substr(0, 3), "a\nb");
}

TEST_F(JsonEventFormatTest, NeverExceedsWhatAPipeTakesWhole) {
  const json cut = Parse({"x", {{"path", std::string(100'000, 'a')}}});
  EXPECT_LE(line_.size(), JsonEventFormat::kMaxLine);
  EXPECT_THAT(cut["data"]["path"].get<std::string>(), ::testing::StartsWith("aaaa"));

  Event deep = ErrorEvent("a", "b");
  for (int i = 0; i < 20; ++i) deep.context.push_back({"a", std::string(590, 'b')});
  EXPECT_GT(Parse(deep)["data"]["left_out_bytes"], 4096);

  Event many{"x"};
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    many.data.push_back({name, std::string(5'000, '\x01')});  // six bytes each as JSON
  }
  const json left_out = Parse(many);
  EXPECT_LE(line_.size(), JsonEventFormat::kMaxLine);
  EXPECT_GT(left_out["data"]["left_out_bytes"], 0);
}

}  // namespace
}  // namespace twelve
