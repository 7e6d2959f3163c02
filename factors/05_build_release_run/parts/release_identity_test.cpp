#include "factors/05_build_release_run/parts/release_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(BuiltFromCommit, IsACommitOrUnknown) {
  EXPECT_THAT(std::string(BuiltFromCommit()),
              ::testing::MatchesRegex("unknown|[0-9a-f]{12,}(-dirty)?"));
}

TEST(VersionRoutes, SayReleaseAndCommit) {
  const HttpResponse response = VersionRoutes({"shop", "v7", "abc"})[0].handler({});
  EXPECT_EQ(response.body, R"({"service":"shop","release":"v7","commit":"abc"})");
}

TEST(ReleaseHeaders, CannotBeUsedToAddAnotherHeader) {
  const auto headers = ReleaseHeaders({"shop", "v7\r\nSet-Cookie: a=b", "abc"});
  EXPECT_EQ(headers[0].first, "X-Release-Id");
  EXPECT_EQ(headers[0].second, "v7__Set-Cookie: a=b");
  EXPECT_EQ(headers[1].second, "abc");
}

}  // namespace
}  // namespace twelve
