#include <gtest/gtest.h>

#include "harness/rig/rig.h"

namespace twelve {
namespace {

TEST(ParseAnswer, TakesAnAnswerApart) {
  const HttpAnswer answer = ParseAnswer(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", false);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.status_line, "HTTP/1.1 200 OK");
  EXPECT_EQ(answer.headers, "Content-Type: text/plain\r\nContent-Length: 5\r\n");
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.problem, "");
}

TEST(ParseAnswer, SaysWhatIsMissing) {
  const std::string_view half = "HTTP/1.1 200 OK\r\nContent-Length: 300239\r\n\r\n12345";
  EXPECT_EQ(ParseAnswer(half, true).problem, "ended after 5 of 300239 bytes");
  EXPECT_EQ(ParseAnswer(half, false).problem, "still open after 5 of 300239 bytes");
  EXPECT_EQ(ParseAnswer("", true).status, 0);
  EXPECT_EQ(ParseAnswer("", true).problem, "ended before any byte of the answer");
}

TEST(ParseAnswer, ABodyWithoutLengthIsCompleteAtTheEnd) {
  const std::string_view bytes = "HTTP/1.0 200 OK\r\n\r\nhello";
  EXPECT_FALSE(ParseAnswer(bytes, false).complete);
  EXPECT_TRUE(ParseAnswer(bytes, true).complete);
}

}  // namespace
}  // namespace twelve
