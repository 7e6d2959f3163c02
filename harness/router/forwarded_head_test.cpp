#include "harness/router/forwarded_head.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

HttpRequestHead Parsed(std::string_view text) {
  return std::get<HttpRequestHead>(ParseRequestHead(text));
}

std::string Forwarded(std::string_view text) {
  std::string out;
  AppendRequestHead(Parsed(text), {"127.0.0.1", "id1"}, out);
  return out;
}

TEST(ForwardedHead, TellsTheProcessWhoAsked) {
  EXPECT_EQ(Forwarded("GET /a HTTP/1.1\r\nHost: shop\r\nAccept: */*\r\n\r\n"),
            "GET /a HTTP/1.1\r\nHost: shop\r\nAccept: */*\r\nX-Forwarded-For: 127.0.0.1\r\n"
            "X-Forwarded-Proto: http\r\nX-Forwarded-Host: shop\r\nX-Request-Id: id1\r\n\r\n");
}

TEST(ForwardedHead, AddsToWhatOthersHaveSaid) {
  const std::string head = Forwarded(
      "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\n"
      "x-forwarded-proto: https\r\nX-Forwarded-Host: b\r\nX-Request-Id: id1\r\n\r\n");
  EXPECT_EQ(head,
            "GET / HTTP/1.1\r\nHost: a\r\nx-forwarded-proto: https\r\nX-Forwarded-Host: b\r\n"
            "X-Request-Id: id1\r\nX-Forwarded-For: 9.9.9.9, 127.0.0.1\r\n\r\n");
}

TEST(ForwardedHead, LeavesOutWhatConcernsTheClientsConnection) {
  const std::string head = Forwarded(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
      "Keep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\n\r\n");
  for (const char* gone : {"Connection", "X-Hop", "Keep-Alive", "TE:", "Upgrade"}) {
    EXPECT_EQ(head.find(gone), std::string::npos) << gone;
  }
}

TEST(ForwardedHead, UnderstandsAbsoluteTargets) {
  const std::string head = Forwarded("GET http://real/x?y HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_TRUE(head.starts_with("GET /x?y HTTP/1.1\r\nHost: real\r\n"));
  EXPECT_EQ(head.find("other"), std::string::npos);
  EXPECT_TRUE(Forwarded("GET http://real?q HTTP/1.1\r\nHost: a\r\n\r\n")
                  .starts_with("GET /?q HTTP/1.1\r\nHost: real\r\n"));
}

TEST(ForwardedHead, SaysWhatIsNotServed) {
  const auto status = [](std::string_view text) {
    const auto refusal = WhyNotForwarded(Parsed(text));
    return refusal ? refusal->status : 200;
  };
  EXPECT_EQ(status("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\n\r\n"), 501);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n"), 200);
  EXPECT_EQ(status("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
}

TEST(ForwardedHead, ReadsIdsAndCookies) {
  EXPECT_EQ(RequestIdOf(Parsed("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: abc\r\n\r\n")), "abc");
  EXPECT_EQ(RequestIdOf(Parsed("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: a b\r\n\r\n")), "");
  const auto cookies =
      Parsed("GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b; process=web.2; c=d\r\nCookie: e=f\r\n\r\n");
  EXPECT_EQ(StickyNameOf(cookies, "process"), "web.2");
  EXPECT_EQ(StickyNameOf(cookies, "e"), "f");
  EXPECT_EQ(StickyNameOf(cookies, "proc"), "");
}

TEST(ForwardedHead, WritesTheAnswersHead) {
  const auto parsed = ParseResponseHead(
      "HTTP/1.0 201 Made\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\nA: b\r\n\r\n",
      false);
  const auto& head = std::get<HttpResponseHead>(parsed);
  std::string out;
  AppendResponseHead(head, {.request_id = "id", .served_by = "web.1", .cookie = "c"}, out);
  EXPECT_EQ(out,
            "HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\nA: b\r\nX-Request-Id: id\r\n"
            "X-Served-By: web.1\r\nSet-Cookie: c=web.1; Path=/; HttpOnly\r\n\r\n");
  out.clear();
  AppendResponseHead(head,
                     {.request_id = "id",
                      .served_by = "web.1",
                      .cookie = {},
                      .close = true,
                      .say_keep_alive = true,
                      .without_chunks = true},
                     out);
  EXPECT_EQ(out,
            "HTTP/1.1 201 Made\r\nA: b\r\nX-Request-Id: id\r\nX-Served-By: web.1\r\n"
            "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace twelve
