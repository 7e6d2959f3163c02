#include "harness/net/endpoint.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(Endpoint, ReadsAddressesWithAPort) {
  const Endpoint expected = {"127.0.0.1", 8000};
  for (const char* text : {"127.0.0.1:8000", "localhost:8000", ":8000", "8000"}) {
    EXPECT_EQ(ParseEndpoint(text).value(), expected) << text;
  }
  EXPECT_EQ(ParseEndpoint("[::1]:80").value(), (Endpoint{"::1", 80}));
  EXPECT_EQ(ParseEndpoint("10.1.2.3:65535").value(), (Endpoint{"10.1.2.3", 65535}));
  for (const char* wrong : {"", ":", "0", "70000", "example.org:80", "127.0.0.1", "1.2.3:80",
                            "256.0.0.1:80", "::1:80", "[::1]", "1.2.3.4:8o"}) {
    EXPECT_FALSE(ParseEndpoint(wrong).ok()) << wrong;
  }
}

TEST(Endpoint, ReadsLists) {
  EXPECT_EQ(ParseEndpoints("8000,127.0.0.1:8001").value().size(), 2u);
  EXPECT_FALSE(ParseEndpoints("8000,,8001").ok());
}

TEST(Endpoint, KnowsWhatStaysOnThisMachine) {
  for (const char* local : {"127.0.0.1", "127.9.9.9", "localhost", "::1"}) {
    EXPECT_TRUE(IsLoopback(local)) << local;
  }
  for (const char* remote : {"10.0.0.1", "0.0.0.0", "::", "127.evil.example", "1270.0.0.1"}) {
    EXPECT_FALSE(IsLoopback(remote)) << remote;
  }
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const char* text : {"127.0.0.1:8000", "[::1]:80"}) {
    EXPECT_EQ(EndpointText(ParseEndpoint(text).value()), text);
  }
}

}  // namespace
}  // namespace twelve
