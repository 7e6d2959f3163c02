#include "harness/release/parameter_store.h"

#include <gmock/gmock.h>

#include "harness/release/testdata/temporary_store.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST(ParameterPaths, AreWrittenLikeThoseOfTheSeed) {
  for (const char* path : {"/app/database/host", "/a", "/app/feature/flags", "/A_b-c.d/1"}) {
    EXPECT_TRUE(CheckParameterPath(path).ok()) << path;
  }
  for (const char* path : {"", "/", "app", "/app/", "/app//x", "/app/a b", "/\xc3\xa4",
                           "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"}) {
    EXPECT_FALSE(CheckParameterPath(path).ok()) << path;
  }
}

TEST(ParameterPaths, BecomeNamesOfVariables) {
  EXPECT_EQ(*VariableNameOf("/app/database/host", "/app/"), "DATABASE_HOST");
  EXPECT_EQ(*VariableNameOf("/app/database/host", "/app"), "DATABASE_HOST");
  EXPECT_EQ(*VariableNameOf("/app/feature/flags-new.2", "/"), "APP_FEATURE_FLAGS_NEW_2");
  EXPECT_FALSE(VariableNameOf("/app/2fa", "/app/").ok());
  EXPECT_FALSE(VariableNameOf("/app/port", "/app/").ok()) << "PORT is Twelve's";
}

TEST(ConfigFromParameters, RefusesTwoPathsForOneName) {
  const std::vector<Parameter> clash = {{"/app/a/b", {{1, "x", false, ""}}},
                                        {"/app/a-b", {{1, "y", false, ""}}}};
  const auto config = ConfigFrom(clash, "/app/");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(config.error().message, HasSubstr("A_B"));
}

class ParameterStoreTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  std::unique_ptr<StoreDirectory> store_ = OpenStore(directory_.Path("store"));
  SystemClock clock_;
  ParameterStore parameters_{*store_, clock_};

  /// Everything that lies in the store's files, but for the key.
  std::string OnDisk() const {
    std::string bytes;
    for (const auto& entry : fs::recursive_directory_iterator(store_->root())) {
      if (entry.is_regular_file() && entry.path().filename() != "key") {
        bytes += Slurp(entry.path());
      }
    }
    return bytes;
  }
};

TEST_F(ParameterStoreTest, KeepsEveryVersion) {
  ASSERT_TRUE(parameters_.Put("/app/database/host", "one", false).ok());
  ASSERT_TRUE(parameters_.Put("/app/database/host", "two", false).ok());
  const auto found = parameters_.Get("/app/database/host");
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->versions.size(), 2U);
  EXPECT_EQ(found->versions[0].value, "one");
  EXPECT_EQ(found->current().version, 2);
  EXPECT_EQ(found->current().value, "two");
}

TEST_F(ParameterStoreTest, ASecureValueIsNowhereOnTheDisk) {
  ASSERT_TRUE(parameters_.Put("/app/api/key", "tr0ub4dor", true).ok());
  ASSERT_TRUE(parameters_.Put("/app/api/url", "in-the-open", false).ok());
  EXPECT_THAT(OnDisk(), Not(HasSubstr("tr0ub4dor")));
  EXPECT_THAT(OnDisk(), HasSubstr("in-the-open"));
  EXPECT_EQ(parameters_.Get("/app/api/key")->current().value, "tr0ub4dor");
}

TEST_F(ParameterStoreTest, StaysSecureOnceItWas) {
  ASSERT_TRUE(parameters_.Put("/app/api/key", "first", true).ok());
  const auto second = parameters_.Put("/app/api/key", "se-cond-value", false);
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(second->current().secure);
  EXPECT_THAT(OnDisk(), Not(HasSubstr("se-cond-value")));
}

TEST_F(ParameterStoreTest, ListsATree) {
  for (const char* path : {"/app/redis/host", "/app/database/port", "/other/x"}) {
    ASSERT_TRUE(parameters_.Put(path, "v", false).ok());
  }
  const auto list = parameters_.List("/app/");
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ((*list)[0].path, "/app/database/port");
  EXPECT_EQ(parameters_.List("/")->size(), 3U);
}

TEST_F(ParameterStoreTest, ForgetsWhatWasDeleted) {
  ASSERT_TRUE(parameters_.Put("/a", "v", false).ok());
  ASSERT_TRUE(parameters_.Delete("/a").ok());
  EXPECT_EQ(parameters_.Get("/a").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(parameters_.Delete("/a").error().code, ErrorCode::kNotFound);
}

TEST_F(ParameterStoreTest, NoticesThatSomebodyEditedARecord) {
  ASSERT_TRUE(parameters_.Put("/a", "value", false).ok());
  for (const auto& entry : fs::directory_iterator(store_->Path("parameters"))) {
    FlipByte(entry.path(), Slurp(entry.path()).find("value\"") + 1);
  }
  EXPECT_EQ(parameters_.Get("/a").error().code, ErrorCode::kDenied);
}

}  // namespace
}  // namespace twelve
