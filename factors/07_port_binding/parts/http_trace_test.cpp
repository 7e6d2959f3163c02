// What a handler and the next service get to know of a request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/running_server.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* kTrace = "0af7651916cd43dd8448eb211c80319c";
constexpr const char* kParent =
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

TEST(HttpTrace, GoesOnWithTheTraceAndItsState) {
  RunningServer running;
  RawClient client(running.port);
  const auto answer =
      client.Get("/seen", std::string(kParent) +
                              "tracestate: a=1\r\ntracestate: b=2\r\nX-Request-Id: r-1\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->headers.at("x-request-id"), "r-1");
  EXPECT_THAT(answer->headers.at("traceparent"), HasSubstr(kTrace));
  EXPECT_EQ(answer->headers.at("tracestate"), "a=1,b=2");
  EXPECT_THAT(answer->body, HasSubstr("request_id=r-1\n"));
  EXPECT_THAT(answer->body, HasSubstr(std::string("trace_id=") + kTrace + "\n"));
  EXPECT_THAT(answer->body, HasSubstr("traceparent=" + answer->headers.at("traceparent") + "\n"));
  EXPECT_THAT(answer->body, HasSubstr("tracestate=a=1,b=2\n"));
  EXPECT_THAT(answer->body, HasSubstr(std::string("context=") + kTrace + " r-1\n"));
}

TEST(HttpTrace, ReplacesATraceThatIsMalformed) {
  RunningServer running;
  RawClient client(running.port);
  const auto answer = client.Get("/seen",
                                 "traceparent: 00-zzz\r\ntracestate: a=1\r\n"
                                 "X-Request-Id: not allowed\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->headers.at("traceparent"), MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
  EXPECT_EQ(answer->headers.count("tracestate"), 0u);
  EXPECT_THAT(answer->headers.at("x-request-id"), MatchesRegex("[0-9a-f]{32}"));
}

TEST(HttpTrace, EndsWithItsRequest) {
  RunningServer running;
  RawClient client(running.port);
  ASSERT_EQ(client.Get("/seen", kParent)->status, 200);
  EXPECT_THAT(client.Get("/seen")->body, Not(HasSubstr(kTrace)));
}

TEST(HttpTrace, CanBeDropped) {
  RunningServer running({}, DropTraceContext);
  RawClient client(running.port);
  EXPECT_THAT(client.Get("/seen", kParent)->headers.at("traceparent"), Not(HasSubstr(kTrace)));
}

TEST(HttpHeaders, AreSeenByHandlersWhateverTheirCase) {
  RunningServer running;
  RawClient client(running.port);
  const auto answer = client.Get("/seen", "x-api-KEY: k1\r\nREMOTE_ADDR: 8.8.8.8\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->body, HasSubstr("key=k1\n"));
  // A name under which the library would keep the address of the client: nobody may forge it.
  EXPECT_THAT(answer->body, HasSubstr("remote=\n"));
}

}  // namespace
}  // namespace twelve
