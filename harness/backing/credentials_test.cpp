#include "harness/backing/credentials.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(Credentials, ChoosesWhatIsNotGiven) {
  const auto chosen = ChooseCredentials({}, "shop");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(chosen->user, "twelve");
  EXPECT_EQ(chosen->database, "shop");
  EXPECT_EQ(chosen->password.size(), 32u);
  EXPECT_NE(chosen->password, ChooseCredentials({}, "shop")->password);
}

TEST(Credentials, RefusesWhatNoUrlCarries) {
  BackingOptions options;
  options.password = "two\nlines";
  EXPECT_EQ(ChooseCredentials(options, "shop").error().code, ErrorCode::kInvalid);
  options.password = "one line";
  options.user = "";
  EXPECT_EQ(ChooseCredentials(options, "shop").error().code, ErrorCode::kInvalid);
}

TEST(Credentials, EncodesWhatAUrlWouldMisread) {
  EXPECT_EQ(BackingUrlOf("postgres", {"a b", "p:@/?#%é", "shop-1"}, 20001),
            "postgres://a%20b:p%3A%40%2F%3F%23%25%C3%A9@127.0.0.1:20001/shop-1");
}

TEST(BackingServer, IsReadByItsWord) {
  EXPECT_EQ(*ParseBackingServer("redis"), BackingServer::kRedis);
  EXPECT_EQ(*ParseBackingServer("postgres"), BackingServer::kPostgres);
  EXPECT_NE(ParseBackingServer("mongodb").error().message.find("postgres, redis"),
            std::string::npos);
}

}  // namespace
}  // namespace twelve
