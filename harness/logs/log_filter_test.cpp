#include "harness/logs/log_filter.h"

#include <gtest/gtest.h>

#include <string>

namespace twelve {
namespace {

struct Sample {
  std::string text;
  std::string source = "web.1";
  LogLevel level = LogLevel::kUnknown;
  LogStream stream = LogStream::kStdout;
};

bool Matches(std::string_view query, const Sample& sample) {
  const Result<LogFilter> filter = LogFilter::Parse(query);
  EXPECT_TRUE(filter.ok()) << query;
  if (!filter.ok()) return false;
  LogStore::View view{};
  view.text = sample.text;
  view.level = sample.level;
  view.stream = sample.stream;
  return filter->MatchesSource(sample.source) && filter->MatchesLine(view);
}

TEST(LogFilter, NothingAskedMatchesEverything) {
  EXPECT_TRUE(LogFilter::Parse("  ")->MatchesAll());
  EXPECT_TRUE(Matches("", {"anything"}));
}

TEST(LogFilter, FindsTextInAnyCaseAlsoBeyondAscii) {
  EXPECT_TRUE(Matches("timeout", {"Connection TIMEOUT after 3 s"}));
  EXPECT_TRUE(Matches("größe", {"GRÖSSE, Größe"}));
  EXPECT_FALSE(Matches("timeout", {"time out"}));
  EXPECT_TRUE(Matches("\"time out\"", {"time out"}));
  EXPECT_FALSE(Matches("\"time out\"", {"out of time"}));
  EXPECT_TRUE(Matches("a.b", {"a.b"}));
  EXPECT_FALSE(Matches("a.b", {"axb"}));
  EXPECT_TRUE(Matches("/api/v1", {"GET /api/v1/items"}));
  EXPECT_TRUE(Matches("http://x", {"see http://x"}));
  EXPECT_TRUE(Matches("-", {"a - b"}));
}

TEST(LogFilter, AllWordsMustHoldAndAMinusTurnsOneRound) {
  EXPECT_TRUE(Matches("get 200", {"200 for GET"}));
  EXPECT_FALSE(Matches("get 200", {"GET 404"}));
  EXPECT_TRUE(Matches("get -health", {"GET /"}));
  EXPECT_FALSE(Matches("get -health", {"GET /health"}));
  EXPECT_FALSE(Matches("-source:web.1", {"x"}));
  EXPECT_TRUE(Matches("-source:web.1", {"x", "web.2"}));
  EXPECT_FALSE(Matches("-level:warn", {"x", "web.1", LogLevel::kError}));
}

TEST(LogFilter, UsesRegularExpressions) {
  EXPECT_TRUE(Matches("/[45]\\d\\d$/", {"status 404"}));
  EXPECT_FALSE(Matches("/[45]\\d\\d$/", {"status 200"}));
  EXPECT_FALSE(Matches("/abc/", {"ABC"}));
  EXPECT_TRUE(Matches("/abc/i", {"ABC"}));
  EXPECT_TRUE(Matches("/a b/ c", {"a b c"}));
  EXPECT_TRUE(Matches("/a\\/b/", {"a/b"}));
}

TEST(LogFilter, KnowsSourceTypeLevelAndStream) {
  EXPECT_TRUE(Matches("source:web.1", {"x"}));
  EXPECT_FALSE(Matches("source:web", {"x"}));
  EXPECT_TRUE(Matches("source:worker.1,web.1", {"x"}));
  EXPECT_TRUE(Matches("type:web", {"x", "web.12"}));
  EXPECT_FALSE(Matches("type:web", {"x", "webber.1"}));
  EXPECT_TRUE(Matches("type:clock", {"x", "clock"}));
  EXPECT_TRUE(Matches("level:warn", {"x", "web.1", LogLevel::kError}));
  EXPECT_FALSE(Matches("level:warn", {"x", "web.1", LogLevel::kInfo}));
  EXPECT_FALSE(Matches("level:debug", {"x"}));
  EXPECT_TRUE(Matches("stream:stderr", {"x", "web.1", LogLevel::kUnknown, LogStream::kStderr}));
  EXPECT_FALSE(Matches("stream:twelve", {"x"}));
}

TEST(LogFilter, ComparesFieldsOfJsonLines) {
  const Sample line{R"({"msg":"two words","http":{"status":500},"tags":["a"],"\u0061b":1})"};
  EXPECT_TRUE(Matches("http.status=500", line));
  EXPECT_FALSE(Matches("http.status=50", line));
  EXPECT_FALSE(Matches("status=500", line));
  EXPECT_TRUE(Matches("msg=\"two words\"", line));
  EXPECT_TRUE(Matches("tags.0=a", line));
  EXPECT_TRUE(Matches("ab=1", line));
  EXPECT_TRUE(Matches("-http.status=200", line));
  EXPECT_FALSE(Matches("status=500", {"status=500"}));
  EXPECT_TRUE(Matches("\"status=500\"", {"status=500"}));
}

TEST(LogFilter, SaysInOneSentenceWhatIsWrong) {
  for (const char* query :
       {"/[/", "/(a/ b", "level:loud", "stream:stdin", "source:", "level:", "type: x"}) {
    const Result<LogFilter> filter = LogFilter::Parse(query);
    ASSERT_FALSE(filter.ok()) << query;
    EXPECT_EQ(filter.error().code, ErrorCode::kInvalid);
    EXPECT_FALSE(filter.error().message.empty());
  }
  EXPECT_EQ(LogFilter::Parse("level:loud").error().message,
            "\"level:loud\" names no level: use debug, info, warn or error");
}

TEST(LogFilter, HalfTypedQueriesAreNoErrors) {
  for (const char* query : {"/", "/abc", "/[", "\"abc", "-", "a=", "-\"", "\"", "msg=\""}) {
    EXPECT_TRUE(LogFilter::Parse(query).ok()) << query;
  }
}

}  // namespace
}  // namespace twelve
