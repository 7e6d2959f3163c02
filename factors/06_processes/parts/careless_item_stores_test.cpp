#include "factors/06_processes/parts/careless_item_stores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "factors/06_processes/parts/affinity_cookie.h"
#include "factors/06_processes/parts/file_item_stores.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;

Item Apple(std::int64_t quantity) {
  Item item;
  item.id = "apple-1";
  item.name = "Apple";
  item.quantity = quantity;
  return item;
}

bool Put(ItemStore& store, std::int64_t quantity) {
  Item item = Apple(quantity);
  const Result<bool> created = store.Put(item);
  EXPECT_TRUE(created.ok());
  return created.ok() && created.value();
}

/// -1 for none.
std::int64_t QuantityIn(ItemStore& store) {
  const auto found = store.Find("apple-1");
  EXPECT_TRUE(found.ok());
  return found.value() ? (*found)->quantity : -1;
}

/// A store that several processes would share.
class SharedStore final : public ItemStore {
 public:
  explicit SharedStore(MemoryItemStore& store) : store_(store) {}
  Result<bool> Put(Item& item) override { return store_.Put(item); }
  Result<std::optional<Item>> Find(const std::string& id) override { return store_.Find(id); }
  Result<bool> Remove(const std::string& id) override { return store_.Remove(id); }
  Result<std::vector<Item>> List(const std::string& search, std::int64_t limit) override {
    return store_.List(search, limit);
  }

 private:
  MemoryItemStore& store_;
};

class CarelessItemStores : public ::testing::Test {
 protected:
  CarelessItemStores() : home_(std::filesystem::current_path()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "items.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    std::filesystem::current_path(directory_);
  }
  ~CarelessItemStores() override {
    std::filesystem::current_path(home_);
    std::filesystem::remove_all(directory_);
  }

  const std::filesystem::path home_;
  std::string directory_;
  FakeClock clock_;
  SystemClock real_clock_;
};

TEST_F(CarelessItemStores, OneInMemoryWorksAloneAndSharesNothing) {
  MemoryItemStore one(clock_);
  MemoryItemStore other(clock_);
  EXPECT_TRUE(Put(one, 3));
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_FALSE(Put(one, 2));
  EXPECT_EQ(QuantityIn(one), 2);
  EXPECT_EQ(QuantityIn(other), -1);
  EXPECT_EQ(one.List("Ap", 10)->size(), 1u);
  EXPECT_TRUE(one.List("ap", 10)->empty());
  EXPECT_TRUE(one.Remove("apple-1").value());
  EXPECT_FALSE(one.Remove("apple-1").value());
}

TEST_F(CarelessItemStores, OneFileIsSharedOnlyByWhoRunsBesideIt) {
  FileItemStore one(clock_);
  EXPECT_TRUE(Put(one, 3));
  EXPECT_EQ(QuantityIn(*std::make_unique<FileItemStore>(clock_)), 3);
  EXPECT_TRUE(std::filesystem::exists(FileItemStore::kFile));
  std::filesystem::create_directory("elsewhere");
  std::filesystem::current_path("elsewhere");
  EXPECT_EQ(QuantityIn(one), -1);
}

TEST_F(CarelessItemStores, AnAppendedFileGrowsWithEveryChange) {
  AppendedItemStore store(clock_);
  std::uintmax_t size = 0;
  for (int i = 0; i < 5; ++i) {
    Put(store, i);
    const std::uintmax_t now = std::filesystem::file_size(AppendedItemStore::kFile);
    EXPECT_GT(now, size);
    size = now;
  }
  EXPECT_EQ(QuantityIn(*std::make_unique<AppendedItemStore>(clock_)), 4);
  EXPECT_TRUE(store.Remove("apple-1").value());
  EXPECT_EQ(QuantityIn(*std::make_unique<AppendedItemStore>(clock_)), -1);
}

TEST_F(CarelessItemStores, AnEverlastingCacheNeverSeesWhatAnotherWrote) {
  MemoryItemStore shared(clock_);
  EverlastingItemCache one(std::make_unique<SharedStore>(shared));
  EverlastingItemCache other(std::make_unique<SharedStore>(shared));
  Put(one, 3);
  EXPECT_EQ(QuantityIn(other), 3);
  Put(one, 2);
  EXPECT_EQ(QuantityIn(one), 2);
  EXPECT_EQ(QuantityIn(shared), 2);
  EXPECT_EQ(QuantityIn(other), 3);
}

TEST_F(CarelessItemStores, WhatIsWrittenBehindIsNotThereYet) {
  MemoryItemStore shared(clock_);
  {
    WriteBehindItemStore store(std::make_unique<SharedStore>(shared), std::chrono::hours(1),
                               real_clock_);
    EXPECT_TRUE(Put(store, 3));
    EXPECT_FALSE(Put(store, 2));
    EXPECT_EQ(QuantityIn(store), 2);
    EXPECT_EQ(QuantityIn(shared), -1) << "a kill now would lose it";
  }
  EXPECT_EQ(QuantityIn(shared), 2) << "an end in order stores the rest";
}

TEST_F(CarelessItemStores, WhatIsWrittenBehindArrivesLater) {
  MemoryItemStore shared(clock_);
  WriteBehindItemStore store(std::make_unique<SharedStore>(shared), std::chrono::milliseconds(5),
                             real_clock_);
  Put(store, 3);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (QuantityIn(shared) != 3 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(QuantityIn(shared), 3);
  EXPECT_TRUE(store.Remove("apple-1").value());
  EXPECT_EQ(QuantityIn(store), -1);
}

TEST(AskForAffinity, MarksAnswersAboutSessionsAlone) {
  const auto answer = [](const HttpRequest&) { return HttpResponse{200, "{}"}; };
  const std::vector<HttpRoute> routes =
      AskForAffinity({{"GET", "/api/v1/sessions/{id}", answer}, {"GET", "/api/v1/items", answer}});
  const HttpResponse session = routes[0].handler({});
  ASSERT_EQ(session.headers.size(), 1u);
  EXPECT_EQ(session.headers[0].first, "Set-Cookie");
  EXPECT_THAT(session.headers[0].second, HasSubstr("SERVERID=" + std::to_string(::getpid())));
  EXPECT_TRUE(routes[1].handler({}).headers.empty());
}

}  // namespace
}  // namespace twelve
