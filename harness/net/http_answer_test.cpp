#include "harness/net/http_answer.h"

#include <gtest/gtest.h>

#include <random>

namespace twelve {
namespace {

HttpAnswerParser Keeping() {
  return HttpAnswerParser({.head = true, .body_bytes = 1 << 20});
}

/// Feeds `bytes` in pieces of `step`, as a slow server would send them.
std::size_t FeedInSteps(HttpAnswerParser& parser, std::string_view bytes, std::size_t step) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !parser.done()) {
    taken += parser.Feed(bytes.substr(taken, step));
  }
  return taken;
}

struct Framing {
  std::string_view name, bytes, body;
  bool reusable;
  bool needs_end;
};
const Framing kFramings[] = {
    {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true, false},
    {"empty", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "", true, false},
    {"bare newlines", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", "hello", true, false},
    {"close", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 5\r\n\r\nhello", "hello",
     false, false},
    {"chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n"
     "Trailer: 1\r\n\r\n",
     "hello", true, false},
    {"until the end", "HTTP/1.1 200 OK\r\n\r\nhello", "hello", false, true},
    {"old", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", false, false},
    {"old but kept", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
     "hello", true, false},
    {"after an interim answer",
     "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
     "hello", true, false},
};

TEST(HttpAnswerParser, ReadsEveryFramingHoweverItIsCut) {
  for (const Framing& framing : kFramings) {
    for (std::size_t step = 1; step <= framing.bytes.size(); ++step) {
      SCOPED_TRACE(std::string(framing.name) + " in steps of " + std::to_string(step));
      HttpAnswerParser parser = Keeping();
      EXPECT_EQ(FeedInSteps(parser, framing.bytes, step), framing.bytes.size());
      EXPECT_EQ(parser.complete(), !framing.needs_end);
      parser.End();
      ASSERT_TRUE(parser.complete()) << parser.Problem();
      EXPECT_EQ(parser.status(), 200);
      EXPECT_EQ(parser.body(), framing.body);
      EXPECT_EQ(parser.reusable(), framing.reusable);
    }
  }
}

TEST(HttpAnswerParser, LeavesTheBytesOfTheNextAnswer) {
  HttpAnswerParser parser = Keeping();
  const std::string_view two =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 Not Found\r\n";
  EXPECT_EQ(parser.Feed(two), two.find("HTTP/1.1 404"));
  EXPECT_TRUE(parser.complete());
}

TEST(HttpAnswerParser, SomeAnswersHaveNoBody) {
  for (const std::string_view status : {"204 No Content", "304 Not Modified"}) {
    HttpAnswerParser parser;
    parser.Feed("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 10\r\n\r\n");
    EXPECT_TRUE(parser.complete()) << status;
  }
  HttpAnswerParser to_head;
  to_head.Reset(/*to_head=*/true);
  to_head.Feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  EXPECT_TRUE(to_head.complete());
}

TEST(HttpAnswerParser, SaysHowFarACutAnswerCame) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "ended before any byte of the answer"},
      {"HTTP/1.", "ended within the status line"},
      {"HTTP/1.1 200 OK\r\nContent-", "ended within the headers"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 300239\r\n\r\n12345", "ended after 5 of 300239 bytes"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
       "ended after 3 bytes, before the last chunk"},
  };
  for (const auto& [bytes, problem] : cases) {
    HttpAnswerParser parser;
    parser.Feed(bytes);
    parser.End();
    EXPECT_FALSE(parser.complete());
    EXPECT_EQ(parser.Problem(), problem);
  }
}

TEST(HttpAnswerParser, RefusesWhatIsNotAnAnswer) {
  const std::string_view cases[] = {
      "SSH-2.0-OpenSSH_9.2\r\n",
      "HTTP/2 200 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
  };
  for (const std::string_view bytes : cases) {
    HttpAnswerParser parser;
    parser.Feed(bytes);
    EXPECT_TRUE(parser.broken()) << bytes;
    EXPECT_FALSE(parser.Problem().empty());
  }
}

TEST(HttpAnswerParser, BoundsWhatItKeeps) {
  HttpAnswerParser long_line = Keeping();
  while (!long_line.done()) long_line.Feed(std::string(10'000, 'a'));
  EXPECT_TRUE(long_line.broken());

  HttpAnswerParser many_headers = Keeping();
  many_headers.Feed("HTTP/1.1 200 OK\r\n");
  while (!many_headers.done()) many_headers.Feed("X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
  EXPECT_TRUE(many_headers.broken());
  EXPECT_LE(many_headers.headers().size(), HttpAnswerParser::kMaxHead);

  HttpAnswerParser long_body({.head = true, .body_bytes = 100});
  long_body.Feed("HTTP/1.1 200 OK\r\n\r\n");
  for (int i = 0; i < 100; ++i) long_body.Feed(std::string(1'000, 'b'));
  EXPECT_EQ(long_body.body().size(), 100u);
  EXPECT_EQ(long_body.body_bytes(), 100'000u);
}

TEST(HttpAnswerParser, SurvivesNoise) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(kFramings[static_cast<std::size_t>(round) % std::size(kFramings)].bytes);
    for (int flip = 0; flip < 4; ++flip) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    HttpAnswerParser parser = Keeping();
    FeedInSteps(parser, bytes, 1 + random() % 9);
    parser.End();
    EXPECT_LE(parser.body().size(), bytes.size());
    EXPECT_EQ(parser.complete(), parser.Problem().empty());
  }
}

}  // namespace
}  // namespace twelve
