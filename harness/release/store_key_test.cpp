#include "harness/release/store_key.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "harness/release/testdata/temporary_store.h"

namespace twelve {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(StoreKey, ReadsBackWhatItEncrypted) {
  const TemporaryDirectory directory;
  const auto key = StoreKey::LoadOrCreate(directory.Path("key"));
  ASSERT_TRUE(key.ok()) << key.error().message;
  const std::string box = key->Encrypt("correct horse");
  EXPECT_THAT(box, Not(HasSubstr("horse")));
  EXPECT_NE(box, key->Encrypt("correct horse"));
  const auto plain = key->Decrypt(box);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(*plain, "correct horse");
  EXPECT_EQ(*key->Decrypt(key->Encrypt("")), "");
}

TEST(StoreKey, IsTheSameKeyWhenLoadedAgain) {
  const TemporaryDirectory directory;
  const auto made = StoreKey::LoadOrCreate(directory.Path("key"));
  const auto loaded = StoreKey::LoadOrCreate(directory.Path("key"));
  ASSERT_TRUE(made.ok() && loaded.ok());
  EXPECT_EQ(*loaded->Decrypt(made->Encrypt("text")), "text");
  struct stat found = {};
  ASSERT_EQ(stat(directory.Path("key").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST(StoreKey, RefusesWhatAnotherKeyEncryptedOrSomebodyChanged) {
  const TemporaryDirectory directory;
  const auto ours = StoreKey::LoadOrCreate(directory.Path("ours"));
  const auto theirs = StoreKey::LoadOrCreate(directory.Path("theirs"));
  ASSERT_TRUE(ours.ok() && theirs.ok());
  std::string box = ours->Encrypt("text");
  EXPECT_EQ(theirs->Decrypt(box).error().code, ErrorCode::kDenied);
  box[box.size() / 2] = box[box.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ours->Decrypt(box).error().code, ErrorCode::kDenied);
  EXPECT_EQ(ours->Decrypt("no base64!").error().code, ErrorCode::kDenied);
  EXPECT_EQ(ours->Decrypt("").error().code, ErrorCode::kDenied);
}

TEST(StoreKey, SealsATextAndNoOther) {
  const TemporaryDirectory directory;
  const auto key = StoreKey::LoadOrCreate(directory.Path("key"));
  const auto other = StoreKey::LoadOrCreate(directory.Path("other"));
  ASSERT_TRUE(key.ok() && other.ok());
  const std::string seal = key->Seal("text");
  EXPECT_TRUE(key->IsSealOf(seal, "text"));
  EXPECT_FALSE(key->IsSealOf(seal, "Text"));
  EXPECT_FALSE(other->IsSealOf(seal, "text"));
  EXPECT_FALSE(key->IsSealOf("", "text"));
}

TEST(StoreKey, RefusesAFileThatOthersMayRead) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(StoreKey::LoadOrCreate(directory.Path("key")).ok());
  ASSERT_EQ(chmod(directory.Path("key").c_str(), 0644), 0);
  const auto key = StoreKey::Load(directory.Path("key"));
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.error().code, ErrorCode::kDenied);
  EXPECT_THAT(key.error().message, HasSubstr("chmod 600"));
}

TEST(StoreKey, RefusesAFileWithoutAKey) {
  const TemporaryDirectory directory;
  const std::string path = directory.Write("key", "secret\n");
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(StoreKey::Load(path).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(StoreKey::Load(directory.Path("none")).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace twelve
