#include "factors/07_port_binding/parts/http_answer.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(HttpAnswer, HasStatusHeadersAndBody) {
  const HttpResponse response{201, "{}", "application/json", {{"Location", "/a/1"}}};
  HttpAnswer answer(response);
  answer.Add("Connection", "close");
  EXPECT_EQ(answer.Finish(false),
            "HTTP/1.1 201 Created\r\nLocation: /a/1\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(HttpAnswer, ToHeadTellsTheLengthOnly) {
  const HttpResponse response{200, "hello", "text/plain"};
  EXPECT_EQ(HttpAnswer(response).Finish(true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
}

TEST(HttpAnswer, HasNoBodyWhereNoneIsAllowed) {
  for (const int status : {204, 304}) {
    const HttpResponse response{status, "not allowed"};
    const std::string answer = HttpAnswer(response).Finish(false);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << status;
    EXPECT_EQ(answer.find("Content-Length"), answer.npos) << status;
  }
}

TEST(HttpAnswer, KnowsEveryStatusSomehow) {
  const HttpResponse response{299};
  EXPECT_EQ(HttpAnswer(response).Finish(false), "HTTP/1.1 299 Other\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpAnswer, LetsNoHandlerChangeWhereItEnds) {
  const HttpResponse response{200,
                              "",
                              "text/plain",
                              {{"X-Name", "a\r\nSet-Cookie: b=c"},
                               {"X-\nName", "a"},
                               {"content-length", "7"},
                               {"Transfer-Encoding", "chunked"}}};
  EXPECT_EQ(HttpAnswer(response).Finish(false), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace twelve
