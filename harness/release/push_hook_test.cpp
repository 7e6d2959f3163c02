#include "harness/release/push_hook.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "harness/release/testdata/temporary_store.h"

namespace twelve {
namespace {

using testing::HasSubstr;

const std::string kOne(40, '1');
const std::string kTwo(40, '2');
const std::string kNone(40, '0');

TEST(PushedRef, IsALineOfThreeWords) {
  const auto pushed = ParsePushedRef(kOne + " " + kTwo + " refs/heads/main");
  ASSERT_TRUE(pushed.has_value());
  EXPECT_EQ(pushed->before, kOne);
  EXPECT_EQ(pushed->after, kTwo);
  EXPECT_EQ(pushed->ref, "refs/heads/main");
  EXPECT_FALSE(pushed->deleted());
  for (const std::string& line :
       {std::string(), std::string("a b c"), kOne + " " + kTwo, kOne + " " + kTwo + " "}) {
    EXPECT_FALSE(ParsePushedRef(line).has_value()) << line;
  }
}

TEST(CommitToBuild, IsThatOfTheBranchUnlessItWasDeleted) {
  const PushedRef main{kOne, kTwo, "refs/heads/main"};
  const PushedRef other{kTwo, kOne, "refs/heads/other"};
  const PushedRef tag{kNone, kOne, "refs/tags/main"};
  const PushedRef gone{kOne, kNone, "refs/heads/main"};
  EXPECT_EQ(CommitToBuild({other, main, tag}, "main"), kTwo);
  EXPECT_EQ(CommitToBuild({other, tag}, "main"), std::nullopt);
  EXPECT_EQ(CommitToBuild({gone}, "main"), std::nullopt);
}

TEST(PushHook, IsAProgramThatNamesEverythingQuoted) {
  const TemporaryDirectory directory;
  const PushHook hook{"/opt/it's here/twelve", "/store", "/store/key", "main", "staging"};
  ASSERT_TRUE(InstallPushHook(hook, directory.Path("hooks")).ok());
  struct stat found = {};
  ASSERT_EQ(stat(directory.Path("hooks/post-receive").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0755U);
  const std::string text = Slurp(directory.Path("hooks/post-receive"));
  EXPECT_THAT(text, HasSubstr("'/opt/it'\\''s here/twelve' release pipeline receive"));
  EXPECT_THAT(text, HasSubstr("--branch main --env staging --repo \"$(pwd)\""));
  EXPECT_TRUE(InstallPushHook(hook, directory.Path("hooks")).ok()) << "its own may be replaced";
}

TEST(PushHook, LeavesSomebodyElsesAlone) {
  const TemporaryDirectory directory;
  directory.Write("hooks/post-receive", "#!/bin/sh\necho mine\n");
  const Status installed =
      InstallPushHook({"twelve", "s", "k", "main", ""}, directory.Path("hooks"));
  ASSERT_FALSE(installed.ok());
  EXPECT_EQ(installed.error().code, ErrorCode::kBusy);
  EXPECT_EQ(Slurp(directory.Path("hooks/post-receive")), "#!/bin/sh\necho mine\n");
}

}  // namespace
}  // namespace twelve
