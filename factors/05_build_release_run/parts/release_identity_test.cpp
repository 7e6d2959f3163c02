#include "factors/05_build_release_run/parts/release_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(BuiltFromCommit, IsACommitOrUnknown) {
  EXPECT_THAT(std::string(BuiltFromCommit()),
              ::testing::MatchesRegex("unknown|[0-9a-f]{12,}(-dirty)?"));
}

TEST(BuiltFromCommit, IsMarkedWhenItIsNotAllThatWasBuilt) {
  const bool marked = BuiltFromCommit().ends_with("-dirty") || BuiltFromCommit() == "unknown";
  EXPECT_EQ(BuiltFromCleanTree(), !marked);
}

TEST(NameRelease, SaysWhatWasBuiltIn) {
  const ReleaseIdentity identity = NameRelease("shop", "v7");
  EXPECT_EQ(identity.release_id, "v7");
  EXPECT_EQ(identity.commit, BuiltFromCommit());
  EXPECT_EQ(NameNoRelease("shop", "v7").release_id, NameNoRelease("shop", "v8").release_id);
}

TEST(VersionRoutes, SayReleaseAndCommit) {
  const HttpResponse response = VersionRoutes({"shop", "v7", "abc", true})[0].handler({});
  EXPECT_EQ(response.body, R"({"service":"shop","release":"v7","commit":"abc","clean_tree":true})");
}

TEST(ReleaseHeaders, CannotBeUsedToAddAnotherHeader) {
  const auto headers = ReleaseHeaders({"shop", "v7\r\nSet-Cookie: a=b", "abc", true});
  EXPECT_EQ(headers[0].first, "X-Release-Id");
  EXPECT_EQ(headers[0].second, "v7__Set-Cookie: a=b");
  EXPECT_EQ(headers[1].second, "abc");
}

}  // namespace
}  // namespace twelve
