#include "harness/net/http_head.h"

#include <gtest/gtest.h>

#include <random>

namespace twelve {
namespace {

HttpRequestHead Good(std::string_view text) {
  const auto parsed = ParseRequestHead(text);
  const auto* head = std::get_if<HttpRequestHead>(&parsed);
  EXPECT_NE(head, nullptr) << text;
  return head != nullptr ? *head : HttpRequestHead();
}

int StatusOf(std::string_view text) {
  const auto parsed = ParseRequestHead(text);
  const auto* refusal = std::get_if<HttpRefusal>(&parsed);
  return refusal != nullptr ? refusal->status : 200;
}

int ResponseStatusOf(std::string_view text) {
  const auto parsed = ParseResponseHead(text, false);
  const auto* refusal = std::get_if<HttpRefusal>(&parsed);
  return refusal != nullptr ? refusal->status : 200;
}

TEST(HttpHead, ReadsARequest) {
  const HttpRequestHead head = Good(
      "POST /a?b=c HTTP/1.1\r\nHost: x:80\r\nContent-Length:  12 \r\nX-Empty:\r\n"
      "Connection: foo, Close\r\nExpect: 100-Continue\r\nUpgrade: h2c\r\n\r\n");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_EQ(head.minor, 1);
  EXPECT_EQ(head.host, "x:80");
  EXPECT_EQ(head.framing.kind, HttpFraming::Kind::kLength);
  EXPECT_EQ(head.framing.length, 12u);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_EQ(head.upgrade, "h2c");
  EXPECT_EQ(FindField(head.fields, "x-empty"), "");
  EXPECT_FALSE(FindField(head.fields, "x-none").has_value());
}

TEST(HttpHead, KnowsWhoKeepsTheConnection) {
  EXPECT_TRUE(Good("GET / HTTP/1.1\r\nHost: x\r\n\r\n").keep_alive);
  EXPECT_FALSE(Good("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(Good("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(HttpHead, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  const std::string host = "Host: x\r\n";
  const std::pair<std::string, int> cases[] = {
      {"GET / HTTP/1.1\r\n" + host + "\r\n", 200},
      {"GET / HTTP/1.1\r\n\r\n", 400},                            // no Host
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},         // two
      {"GET / HTTP/1.1\n" + host + "\r\n", 400},                  // LF alone
      {"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400},           // LF within a value
      {"GET / HTTP/1.1\r\n" + host + "A\r\n\r\n", 400},           // no colon
      {"GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},       // a blank before it
      {"GET / HTTP/1.1\r\n" + host + ": b\r\n\r\n", 400},         // no name
      {"GET / HTTP/1.1\r\n" + host + "A: b\r\n c\r\n\r\n", 400},  // folded
      {"GET / HTTP/1.1\r\n" + host + std::string("A: b\0c\r\n\r\n", 10), 400},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / \r\n" + host + "\r\n", 400},
      {"GET /\r\n" + host + "\r\n", 400},
      {"G(T / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5, 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 0x5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 200},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: CHUNKED\r\n\r\n", 200},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\n" + host +
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
       501},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding : chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Expect: a-miracle\r\n\r\n", 417},
  };
  for (const auto& [text, status] : cases) EXPECT_EQ(StatusOf(text), status) << text;
}

TEST(HttpHead, BoundsTheNumberOfFields) {
  std::string text = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (std::size_t i = 0; i < kMaxFields; ++i) text += "A: b\r\n";
  EXPECT_EQ(StatusOf(text + "\r\n"), 431);
}

TEST(HttpHead, ReadsAnAnswer) {
  const auto parsed = ParseResponseHead(
      "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", false);
  const auto& head = std::get<HttpResponseHead>(parsed);
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.reason, "Not Found");
  EXPECT_EQ(head.framing.kind, HttpFraming::Kind::kChunked);
  EXPECT_FALSE(head.keep_alive);
}

TEST(HttpHead, KnowsWhichAnswersHaveNoBody) {
  const auto kind = [](std::string_view text, bool to_head) {
    return std::get<HttpResponseHead>(ParseResponseHead(text, to_head)).framing.kind;
  };
  const std::string_view five = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  EXPECT_EQ(kind(five, false), HttpFraming::Kind::kLength);
  EXPECT_EQ(kind(five, true), HttpFraming::Kind::kNone);
  EXPECT_EQ(kind("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false),
            HttpFraming::Kind::kNone);
  EXPECT_EQ(kind("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", false),
            HttpFraming::Kind::kNone);
  EXPECT_EQ(kind("HTTP/1.0 200\r\n\r\n", false), HttpFraming::Kind::kUntilEnd);
}

TEST(HttpHead, RefusesAnswersThatAreNone) {
  for (const char* text :
       {"HTTP/2 200\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n", "hello\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"}) {
    EXPECT_EQ(ResponseStatusOf(text), 502) << text;
  }
}

TEST(HttpHead, PassesOnNothingThatConcernsOneConnection) {
  for (const char* name : {"Connection", "keep-alive", "TE", "Upgrade", "Proxy-Connection"}) {
    EXPECT_TRUE(IsHopByHop(name, "")) << name;
  }
  EXPECT_TRUE(IsHopByHop("X-Mine", "close, x-mine"));
  EXPECT_FALSE(IsHopByHop("X-Mine", "close"));
  EXPECT_FALSE(IsHopByHop("Content-Length", "content-length"));  // a trick to take it away
}

TEST(HttpHead, SurvivesAnything) {
  std::mt19937 random(3);
  const std::string seed =
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = seed;
    const int changes = 1 + static_cast<int>(random() % 5);
    for (int i = 0; i < changes; ++i) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 8);
          break;
        default:
          text.insert(at, std::string(random() % 3, "\r\n \t:\0A"[random() % 7]));
      }
      if (text.empty()) text = "x";
    }
    const auto request = ParseRequestHead(text);
    if (const auto* head = std::get_if<HttpRequestHead>(&request)) {
      // Both framings at once never get through.
      EXPECT_FALSE(FindField(head->fields, "content-length") &&
                   FindField(head->fields, "transfer-encoding"))
          << text;
    }
    [[maybe_unused]] const auto response = ParseResponseHead(text, false);
  }
}

}  // namespace
}  // namespace twelve
