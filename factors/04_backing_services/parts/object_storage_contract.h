#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "factors/04_backing_services/parts/open_storage.h"
#include "factors/04_backing_services/parts/storage_home.h"

namespace twelve {

/// What every ObjectStorage must do, whatever is behind it. A test program includes this once and
/// instantiates it with its own homes.
class ObjectStorageContract : public ::testing::TestWithParam<StorageHomeMaker> {
 protected:
  void SetUp() override {
    std::string why;
    home_ = GetParam().make(why);
    if (home_ == nullptr) GTEST_SKIP() << why;
    storage_ = Open();
  }

  /// A further process, as far as the storage can tell.
  std::unique_ptr<ObjectStorage> Open() {
    auto storage = OpenStorage(home_->url(), {}, clock_);
    EXPECT_TRUE(storage.ok()) << (storage ? "" : storage.error().message);
    const Status connected = storage.value()->Connect(std::chrono::seconds(10));
    EXPECT_TRUE(connected.ok()) << (connected ? "" : connected.error().message);
    return std::move(storage).value();
  }

  void Put(const std::string& name, const std::string& bytes,
           const std::string& type = "text/plain") {
    const Status put = storage_->Put({name, bytes, type});
    EXPECT_TRUE(put.ok()) << (put ? "" : put.error().message);
  }
  static std::optional<StoredObject> Get(ObjectStorage& storage, const std::string& name) {
    auto found = storage.Get(name);
    EXPECT_TRUE(found.ok()) << (found ? "" : found.error().message);
    return found ? std::move(found).value() : std::nullopt;
  }
  std::vector<std::string> List(int max) {
    const auto names = storage_->List(max);
    EXPECT_TRUE(names.ok()) << (names ? "" : names.error().message);
    return names ? *names : std::vector<std::string>();
  }

  SystemClock clock_;
  std::unique_ptr<StorageHome> home_;
  std::unique_ptr<ObjectStorage> storage_;
};

TEST_P(ObjectStorageContract, GivesBackWhatWasPut) {
  std::string bytes;
  for (int i = 0; i < 1024; ++i) bytes += static_cast<char>(i);
  Put("picture.png", bytes, "image/png");
  const auto object = Get(*Open(), "picture.png");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(object->name, "picture.png");
  EXPECT_EQ(object->bytes, bytes);
  EXPECT_EQ(object->content_type, "image/png");
}

TEST_P(ObjectStorageContract, KeepsNothingAndMuchAlike) {
  Put("empty", "");
  const std::string much(3u << 20, '\n');
  Put("much", much);
  const auto empty = Get(*storage_, "empty");
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->bytes, "");
  const auto object = Get(*storage_, "much");
  ASSERT_TRUE(object.has_value());
  EXPECT_TRUE(object->bytes == much) << object->bytes.size();
}

TEST_P(ObjectStorageContract, ReplacesWhatIsThere) {
  Put("note", "a longer text", "text/plain");
  Put("note", "{}", "application/json");
  const auto object = Get(*storage_, "note");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(object->bytes, "{}");
  EXPECT_EQ(object->content_type, "application/json");
}

TEST_P(ObjectStorageContract, RemovesOne) {
  Put("one", "1");
  Put("two", "2");
  for (const bool there : {true, false}) {
    const Result<bool> removed = storage_->Remove("one");
    ASSERT_TRUE(removed.ok()) << removed.error().message;
    EXPECT_EQ(*removed, there);
  }
  EXPECT_FALSE(Get(*storage_, "one").has_value());
  EXPECT_TRUE(Get(*storage_, "two").has_value());
}

TEST_P(ObjectStorageContract, ListsNamesInOrder) {
  EXPECT_TRUE(List(10).empty());
  for (const char* name : {"b", "c.txt", "A", "a-1", "a_2"}) Put(name, "x");
  EXPECT_EQ(List(10), (std::vector<std::string>{"A", "a-1", "a_2", "b", "c.txt"}));
  EXPECT_EQ(List(2), (std::vector<std::string>{"A", "a-1"}));
  EXPECT_TRUE(List(0).empty());
}

TEST_P(ObjectStorageContract, RefusesNamesThatWouldMeanSomethingElseSomewhere) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".hidden"),
        std::string("../x"), std::string("a/b"), std::string("a b"), std::string("a%2Fb"),
        std::string("a?b"), std::string("\xc3\xbc"), std::string("a\0b", 3), std::string("a\n"),
        std::string(201, 'a')}) {
    const Status put = storage_->Put({name, "x", "text/plain"});
    ASSERT_FALSE(put.ok()) << name;
    EXPECT_EQ(put.error().code, ErrorCode::kInvalid) << name;
    EXPECT_EQ(storage_->Get(name).error().code, ErrorCode::kInvalid) << name;
    EXPECT_EQ(storage_->Remove(name).error().code, ErrorCode::kInvalid) << name;
  }
  Put(std::string(200, 'a'), "x");
  EXPECT_TRUE(Get(*storage_, std::string(200, 'a')).has_value());
}

TEST_P(ObjectStorageContract, ShowsReadersWholeObjectsOnly) {
  if (GetParam().tears != nullptr) GTEST_SKIP() << GetParam().tears;
  const auto other = Open();
  const std::string texts[] = {std::string(200'000, 'a'), std::string(300'000, 'b')};
  Put("shared", texts[0]);
  std::atomic<int> writing = 2;
  std::vector<std::thread> threads;
  for (const std::string& text : texts) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) Put("shared", text);
      --writing;
    });
  }
  int reads = 0;
  while (writing > 0 || reads < 10) {
    const auto object = Get(*other, "shared");
    ++reads;
    if (!object) {
      ADD_FAILURE() << "not there in between";
      break;
    }
    EXPECT_TRUE(object->bytes == texts[0] || object->bytes == texts[1]) << object->bytes.size();
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(ObjectStorageContract, FailsAtOnceWhileItIsDetachedAndGoesOnAfterwards) {
  Put("note", "x");
  storage_->Disconnect();
  EXPECT_EQ(storage_->Put({"note", "y", "text/plain"}).error().code, ErrorCode::kClosed);
  EXPECT_EQ(storage_->Get("note").error().code, ErrorCode::kClosed);
  EXPECT_EQ(storage_->List(1).error().code, ErrorCode::kClosed);
  EXPECT_FALSE(storage_->Check(std::chrono::seconds(1)).ok());
  ASSERT_TRUE(storage_->Connect(std::chrono::seconds(10)).ok());
  EXPECT_TRUE(storage_->Check(std::chrono::seconds(10)).ok());
  EXPECT_EQ(Get(*storage_, "note")->bytes, "x");
}

}  // namespace twelve
