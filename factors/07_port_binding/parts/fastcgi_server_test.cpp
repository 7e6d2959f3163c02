#include "factors/07_port_binding/parts/fastcgi_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"

namespace twelve {
namespace {

std::string Packet(char type, const std::string& content) {
  std::string bytes = {1,
                       type,
                       0,
                       1,
                       static_cast<char>(content.size() / 256),
                       static_cast<char>(content.size() % 256),
                       0,
                       0};
  return bytes + content;
}

std::string Parameter(const std::string& name, const std::string& value) {
  return std::string{static_cast<char>(name.size()), static_cast<char>(value.size())} + name +
         value;
}

class FastCgiServerTest : public ::testing::Test {
 protected:
  FastCgiServerTest()
      : server_({{"GET", "/hello",
                  [](const HttpRequest&) {
                    return HttpResponse{200, "hello", "text/plain"};
                  }}},
                [](const RequestRecord&) {}) {
    Result<BoundPort> bound = TcpPortBinder().Bind("127.0.0.1", 0);
    port_ = bound->port;
    server_.Start(std::move(bound->listener));
  }

  FastCgiServer server_;
  std::uint16_t port_ = 0;
};

TEST_F(FastCgiServerTest, AnswersWhoSpeaksIt) {
  RawClient client(port_);
  ASSERT_TRUE(client.Send(
      Packet(1, std::string("\0\1\0\0\0\0\0\0", 8)) +
      Packet(4, Parameter("REQUEST_METHOD", "GET") + Parameter("SCRIPT_NAME", "/hello")) +
      Packet(4, "") + Packet(5, "")));
  const std::string all = client.ReadToEnd();
  EXPECT_THAT(all, ::testing::HasSubstr("Status: 200\r\nContent-Type: text/plain\r\n\r\nhello"));
  EXPECT_EQ(server_.Answered(), 1u);
}

TEST_F(FastCgiServerTest, ClosesTheConnectionOfAnHttpClient) {
  RawClient client(port_);
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_EQ(server_.Answered(), 0u);
  EXPECT_FALSE(server_.Ended());
}

}  // namespace
}  // namespace twelve
