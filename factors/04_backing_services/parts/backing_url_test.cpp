#include "factors/04_backing_services/parts/backing_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseBackingUrl, TakesAllPartsApart) {
  const Result<BackingUrl> url =
      ParseBackingUrl("s3://an%3An:p%40s%2Fs@127.0.0.1:4568/my%20bucket?region=eu-1&tls=0");
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(url->scheme, "s3");
  EXPECT_EQ(url->user, "an:n");
  EXPECT_EQ(url->password, "p@s/s");
  EXPECT_EQ(url->host, "127.0.0.1");
  EXPECT_EQ(url->port, 4568);
  EXPECT_EQ(url->path, "/my bucket");
  EXPECT_EQ(url->options, (std::map<std::string, std::string>{{"region", "eu-1"}, {"tls", "0"}}));
}

TEST(ParseBackingUrl, LeavesOutWhatIsNotThere) {
  const Result<BackingUrl> url = ParseBackingUrl("redis://cache");
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(url->user + url->password + url->path, "");
  EXPECT_EQ(url->host, "cache");
  EXPECT_EQ(url->port, 0);
  EXPECT_TRUE(url->options.empty());
  const Result<BackingUrl> alone = ParseBackingUrl("redis://:pw@cache:1/");
  ASSERT_TRUE(alone.ok()) << alone.error().message;
  EXPECT_EQ(alone->user, "");
  EXPECT_EQ(alone->password, "pw");
}

TEST(ParseBackingUrl, ReadsIpv6InBrackets) {
  const Result<BackingUrl> url = ParseBackingUrl("redis://u:p@[::1]:7000/2");
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 7000);
  EXPECT_EQ(url->Place(6379), "redis://[::1]:7000/2");
  EXPECT_EQ(ParseBackingUrl("redis://[::1]")->Place(6379), "redis://[::1]:6379");
}

TEST(ParseBackingUrl, RefusesWhatItWouldGuessAtAndQuotesNothing) {
  for (const char* text :
       {"", "redis", "redis:", "redis:/hunter2", "://hunter2", "redis://", "redis://:hunter2@",
        "redis://u:hunter2@h:", "redis://u:hunter2@h:0", "redis://u:hunter2@h:65536",
        "redis://u:hunter2@h:6x", "redis://u:hunter2@[::1", "redis://u:hunter2@[::1]7",
        "redis://u:hunter2%2@h", "redis://u:hunter2%00@h", "redis://u:hunter2@h/?tls",
        "redis://u:hunter2@h/?=1"}) {
    const Result<BackingUrl> url = ParseBackingUrl(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalid) << text;
    EXPECT_THAT(url.error().message, Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(BackingUrl, PlaceHoldsNoCredentials) {
  const Result<BackingUrl> url = ParseBackingUrl("s3://key:secret@store/bucket?region=secret");
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(url->Place(443), "s3://store:443/bucket");
}

}  // namespace
}  // namespace twelve
