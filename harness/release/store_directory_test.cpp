#include "harness/release/store_directory.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "harness/release/testdata/temporary_store.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(StoreDirectory, IsMadeOnlyWhenAskedTo) {
  const TemporaryDirectory directory;
  const auto missing = StoreDirectory::Open({directory.Path("store"), "", false});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(directory.Path("store")));
  ASSERT_NE(OpenStore(directory.Path("store")), nullptr);
  EXPECT_TRUE(StoreDirectory::Open({directory.Path("store"), "", false}).ok());
  struct stat found = {};
  ASSERT_EQ(stat(directory.Path("store").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
}

TEST(StoreDirectory, DoesNotOpenWithAnotherKey) {
  const TemporaryDirectory directory;
  ASSERT_NE(OpenStore(directory.Path("store")), nullptr);
  ASSERT_TRUE(StoreKey::LoadOrCreate(directory.Path("other")).ok());
  const auto store = StoreDirectory::Open({directory.Path("store"), directory.Path("other"), true});
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kDenied);
  EXPECT_THAT(store.error().message, HasSubstr("--key-file"));
}

TEST(StoreDirectory, NeverMakesASecondKeyForAStore) {
  const TemporaryDirectory directory;
  ASSERT_NE(OpenStore(directory.Path("store")), nullptr);
  fs::remove(directory.Path("store/key"));
  EXPECT_EQ(StoreDirectory::Open({directory.Path("store"), "", true}).error().code,
            ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(directory.Path("store/key")));
}

TEST(StoreDirectory, ReadsARecordBackUnlessItWasChanged) {
  const TemporaryDirectory directory;
  const auto store = OpenStore(directory.Path("store"));
  const nlohmann::json body = {{"value", "a=1"}, {"number", 3}};
  ASSERT_TRUE(store->WriteSealed("releases/v1.json", body).ok());
  EXPECT_EQ(*store->ReadSealed("releases/v1.json"), body);
  const std::string text = Slurp(store->Path("releases/v1.json"));
  FlipByte(store->Path("releases/v1.json"), text.find("a=1") + 2);
  const auto changed = store->ReadSealed("releases/v1.json");
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().code, ErrorCode::kDenied);
  EXPECT_THAT(changed.error().message, HasSubstr("was changed"));
}

TEST(StoreDirectory, ARecordDoesNotPassForAnother) {
  const TemporaryDirectory directory;
  const auto store = OpenStore(directory.Path("store"));
  ASSERT_TRUE(store->WriteSealed("releases/v1.json", {{"release", 1}}).ok());
  fs::copy_file(store->Path("releases/v1.json"), store->Path("releases/v2.json"));
  EXPECT_EQ(store->ReadSealed("releases/v2.json").error().code, ErrorCode::kDenied);
}

TEST(StoreDirectory, ANewRecordTakesNobodysPlace) {
  const TemporaryDirectory directory;
  const auto store = OpenStore(directory.Path("store"));
  ASSERT_TRUE(store->WriteNewSealed("releases/v1.json", {{"release", 1}}).ok());
  EXPECT_EQ(store->WriteNewSealed("releases/v1.json", {{"release", 2}}).error().code,
            ErrorCode::kBusy);
  EXPECT_EQ((*store->ReadSealed("releases/v1.json"))["release"], 1);
  EXPECT_TRUE(fs::is_empty(store->Path("scratch")));
}

TEST(StoreDirectory, ALockKeepsOthersOutUntilItGoes) {
  const TemporaryDirectory directory;
  const auto store = OpenStore(directory.Path("store"));
  {
    const auto lock = store->TryLock("build.lock");
    ASSERT_TRUE(lock.ok());
    EXPECT_EQ(store->TryLock("build.lock").error().code, ErrorCode::kBusy);
  }
  EXPECT_TRUE(store->TryLock("build.lock").ok());
}

TEST(StoreDirectory, RemovesWhatAKilledProgramLeftAndNothingElse) {
  const TemporaryDirectory directory;
  const auto store = OpenStore(directory.Path("store"));
  const auto in_use = store->MakeScratch();
  ASSERT_TRUE(in_use.ok());
  fs::create_directory(store->Path("scratch/abandoned"));
  directory.Write("store/scratch/abandoned/half", "a slu");
  ASSERT_NE(OpenStore(directory.Path("store")), nullptr);
  EXPECT_TRUE(fs::exists(in_use->path()));
  EXPECT_FALSE(fs::exists(store->Path("scratch/abandoned")));
}

}  // namespace
}  // namespace twelve
