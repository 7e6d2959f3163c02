#include "harness/net/http_body.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

constexpr HttpFraming kChunked = {HttpFraming::Kind::kChunked, 0};

TEST(HttpBody, FindsTheEndOfEveryFraming) {
  struct Case {
    HttpFraming framing;
    std::string bytes, content;
  };
  const Case cases[] = {
      {{HttpFraming::Kind::kNone, 0}, "", ""},
      {{HttpFraming::Kind::kLength, 5}, "hello", "hello"},
      {kChunked, "0\r\n\r\n", ""},
      {kChunked, "5\r\nhello\r\n0\r\n\r\n", "hello"},
      {kChunked, "5;name=value\r\nhello\r\n3 \r\nabc\r\n00\r\n\r\n", "helloabc"},
      {kChunked, "A\r\n0123456789\r\n0\r\nDigest: x\r\nMore: y\r\n\r\n", "0123456789"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.bytes);
    // At once, with the next request behind it; then byte by byte.
    HttpBody whole(c.framing);
    std::string content;
    EXPECT_EQ(whole.Feed(c.bytes + "NEXT", &content), c.bytes.size());
    EXPECT_TRUE(whole.complete());
    EXPECT_EQ(content, c.content);
    HttpBody drop(c.framing);
    content.clear();
    for (const char byte : c.bytes) {
      EXPECT_FALSE(drop.complete());
      EXPECT_EQ(drop.Feed({&byte, 1}, &content), 1u);
    }
    EXPECT_TRUE(drop.complete());
    EXPECT_EQ(content, c.content);
  }
}

TEST(HttpBody, EndsWithTheConnectionOnlyWhereThatIsTheFraming) {
  HttpBody until_end({HttpFraming::Kind::kUntilEnd, 0});
  EXPECT_EQ(until_end.Feed("anything"), 8u);
  EXPECT_FALSE(until_end.complete());
  until_end.End();
  EXPECT_TRUE(until_end.complete());
  HttpBody chunked(kChunked);
  chunked.Feed("5\r\nhel");
  chunked.End();
  EXPECT_FALSE(chunked.complete());
}

TEST(HttpBody, BreaksWhereTwoReadersCouldDisagree) {
  const std::string cases[] = {
      "\r\n",                        // no size
      "5\nhello\r\n0\r\n\r\n",       // a line that ends with LF alone
      "5\r\nhelloX\r\n0\r\n\r\n",    // longer than its size
      "5\r\nhello\n0\r\n\r\n",       // no CR after the data
      "-1\r\n",                      // a sign
      "0x5\r\nhello\r\n",            // a prefix
      "5\rX",                        // CR without LF
      "5;a\nb\r\nhello\r\n",         // LF within an extension
      "0\r\nTrailer: a\nb\r\n\r\n",  // LF within a trailer
      "1000000000000000\r\n",        // more than any body has
      "5;" + std::string(1000, 'x'),
      "0\r\n" + std::string(10'000, 'x'),
  };
  for (const std::string& bytes : cases) {
    HttpBody body(kChunked);
    body.Feed(bytes);
    EXPECT_TRUE(body.broken()) << bytes.substr(0, 40);
  }
}

}  // namespace
}  // namespace twelve
