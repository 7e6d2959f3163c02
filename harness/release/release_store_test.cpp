#include "harness/release/release_store.h"

#include <gmock/gmock.h>

#include <thread>

#include "harness/release/build_history.h"
#include "harness/release/running_list.h"
#include "harness/release/testdata/temporary_store.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReleaseStoreTest : public testing::Test {
 protected:
  /// A build of a tree with this text, as a builder leaves it.
  BuildRecord Built(const std::string& text) {
    const std::string tree = "tree" + std::to_string(++trees_);
    directory_.Write(tree + "/Procfile", "web: " + text + "\n");
    const auto packed = slugs_.Add(directory_.Path(tree));
    EXPECT_TRUE(packed.ok());
    BuildRecord record;
    record.state = BuildState::kSucceeded;
    record.name = "app";
    record.slug = packed->id;
    record.commit = std::string(40, static_cast<char>('a' + trees_));
    record.tag = record.commit.substr(0, 7);
    const auto begun = BuildHistory(*store_).Begin(record);
    EXPECT_TRUE(begun.ok());
    return *begun;
  }
  int Number(const Result<Release>& release) {
    EXPECT_TRUE(release.ok()) << release.error().message;
    return release.ok() ? release->number : 0;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<StoreDirectory> store_ = OpenStore(directory_.Path("store"));
  FakeClock clock_;
  SlugStore slugs_{*store_};
  ReleaseStore releases_{*store_, clock_};
  int trees_ = 0;
};

TEST_F(ReleaseStoreTest, GivesIdsThatOnlyGrowOverAllStages) {
  EXPECT_EQ(Number(releases_.ChangeConfig("staging", {{"A", {"1", false}}}, {}, "")), 1);
  EXPECT_EQ(Number(releases_.Create(Built("one"), "staging")), 2);
  EXPECT_EQ(Number(releases_.Promote(2, "production")), 3);
  EXPECT_EQ(Number(releases_.Create(Built("two"), "staging")), 4);
  EXPECT_EQ(Number(releases_.RollBack("staging", 0)), 5);
  EXPECT_EQ(releases_.Find("staging")->number, 5);
  EXPECT_EQ(releases_.Find("production")->number, 3);
  EXPECT_EQ(releases_.Find("v2")->slug, releases_.Find("staging")->slug);
  EXPECT_THAT(*releases_.Environments(), ElementsAre("production", "staging"));
}

TEST_F(ReleaseStoreTest, ReadsBackAllOfARelease) {
  const BuildRecord build = Built("one");
  ASSERT_TRUE(
      releases_.ChangeConfig("staging", {{"A", {"x=y\nz", false}}, {"K", {"s3cr3t", true}}}, {}, "")
          .ok());
  const auto made = releases_.Create(build, "staging");
  ASSERT_TRUE(made.ok());
  const auto found = releases_.Find(made->id());
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->config, made->config);
  EXPECT_EQ(found->config.at("A").value, "x=y\nz");
  EXPECT_TRUE(found->config.at("K").secret);
  EXPECT_EQ(found->commit, build.commit);
  EXPECT_EQ(found->tag, build.tag);
  EXPECT_EQ(found->build, build.number);
  EXPECT_EQ(found->created, "2023-11-14T22:13:20Z");
  EXPECT_EQ(found->reason, "build 1");
  EXPECT_THAT(Slurp(store_->Path("releases/v1.json")), Not(HasSubstr("s3cr3t")));
}

TEST_F(ReleaseStoreTest, ThePromotedSlugIsTheSameAndIsKeptOnce) {
  ASSERT_TRUE(releases_.ChangeConfig("production", {{"S", {"prod", false}}}, {}, "").ok());
  const auto staged = releases_.Create(Built("one"), "staging");
  const auto promoted = releases_.Promote(staged->number, "production");
  ASSERT_TRUE(promoted.ok());
  EXPECT_EQ(promoted->slug, staged->slug);
  EXPECT_EQ(promoted->config.at("S").value, "prod");
  EXPECT_EQ(slugs_.All().size(), 1U);
}

TEST_F(ReleaseStoreTest, RefusesASlugWithAChangedByte) {
  const BuildRecord build = Built("one");
  ASSERT_TRUE(releases_.Create(build, "staging").ok());
  const std::string file = store_->Path("slugs/" + build.slug + ".tar.zst");
  for (const std::size_t at : {std::size_t{0}, fs::file_size(file) / 2, fs::file_size(file) - 1}) {
    FlipByte(file, at);
    const auto tree = slugs_.Tree(build.slug);
    ASSERT_FALSE(tree.ok()) << at;
    EXPECT_EQ(tree.error().code, ErrorCode::kDenied);
    EXPECT_EQ(releases_.Promote(1, "production").error().code, ErrorCode::kDenied);
    EXPECT_THAT(releases_.Verify()->problems, testing::SizeIs(1));
    FlipByte(file, at);
  }
  EXPECT_TRUE(slugs_.Tree(build.slug).ok());
}

TEST_F(ReleaseStoreTest, RefusesAnUnpackedTreeThatWasChanged) {
  const BuildRecord build = Built("one");
  const auto tree = slugs_.Tree(build.slug);
  ASSERT_TRUE(tree.ok()) << tree.error().message;
  EXPECT_EQ(Slurp(*tree + "/Procfile"), "web: one\n");
  FlipByte(*tree + "/Procfile", 0);
  EXPECT_EQ(slugs_.Tree(build.slug).error().code, ErrorCode::kDenied);
  ASSERT_TRUE(RemoveTree(*tree).ok());
  EXPECT_TRUE(slugs_.Tree(build.slug).ok());
}

TEST_F(ReleaseStoreTest, RefusesAnEditedReleaseAndOneThatIsMissing) {
  ASSERT_TRUE(releases_.Create(Built("one"), "staging").ok());
  ASSERT_TRUE(releases_.Create(Built("two"), "staging").ok());
  const std::string first = store_->Path("releases/v1.json");
  const std::size_t at = Slurp(first).find("staging");
  FlipByte(first, at);
  EXPECT_EQ(releases_.All().error().code, ErrorCode::kDenied);
  EXPECT_EQ(releases_.Promote(2, "production").error().code, ErrorCode::kDenied);
  FlipByte(first, at);
  ASSERT_TRUE(releases_.All().ok());
  for (const char* name : {"v1", "v2"}) {
    const std::string path = store_->Path(std::string("releases/") + name + ".json");
    fs::rename(path, directory_.Path("aside"));
    const auto all = releases_.All();
    ASSERT_FALSE(all.ok()) << name;
    EXPECT_THAT(all.error().message, HasSubstr("is missing"));
    fs::rename(directory_.Path("aside"), path);
  }
}

TEST_F(ReleaseStoreTest, ManyWritersGetDifferentIds) {
  constexpr int kWriters = 4;
  constexpr int kEach = 8;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer] {
      const auto store = OpenStore(directory_.Path("store"));
      const ReleaseStore releases(*store, clock_);
      for (int i = 0; i < kEach; ++i) {
        const std::string value = std::to_string(writer) + "." + std::to_string(i);
        EXPECT_TRUE(releases.ChangeConfig("staging", {{"A", {value, false}}}, {}, "").ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto all = releases_.All();
  ASSERT_TRUE(all.ok()) << all.error().message;
  EXPECT_EQ(all->size(), static_cast<std::size_t>(kWriters * kEach));
  EXPECT_TRUE(fs::is_empty(store_->Path("scratch")));
}

TEST_F(ReleaseStoreTest, CollectsWhatNobodyNeeds) {
  std::vector<std::string> slugs;
  for (const char* text : {"one", "two", "three", "four"}) {
    const BuildRecord build = Built(text);
    slugs.push_back(build.slug);
    ASSERT_TRUE(releases_.Create(build, "staging").ok());
  }
  ASSERT_TRUE(releases_.Promote(1, "production").ok());
  {
    RunningEntry entry;
    entry.slug = slugs[1];
    const auto mark = RunningList(*store_).Add(entry);
    ASSERT_TRUE(mark.ok());
    EXPECT_THAT(releases_.Collect(1)->slugs, ElementsAre(slugs[2])) << "two runs, one is live";
  }
  EXPECT_THAT(releases_.Collect(1)->slugs, ElementsAre(slugs[1]));
  EXPECT_THAT(releases_.Collect(1)->slugs, IsEmpty());
  EXPECT_EQ(releases_.Collect(0).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(releases_.Find("v2").ok()) << "history stays";
  EXPECT_EQ(slugs_.Tree(slugs[1]).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(releases_.RollBack("staging", 2).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(releases_.Verify()->problems, IsEmpty());
}

TEST_F(ReleaseStoreTest, ListsWhoRunsUntilItIsGone) {
  RunningEntry entry;
  entry.kind = "admin";
  entry.what = "migrate";
  entry.release = 3;
  const RunningList running(*store_);
  {
    const auto mark = running.Add(entry);
    ASSERT_TRUE(mark.ok()) << mark.error().message;
    ASSERT_EQ(running.Now().size(), 1U);
    EXPECT_EQ(running.Now()[0].what, "migrate");
    EXPECT_EQ(running.Now()[0].release, 3);
  }
  EXPECT_THAT(running.Now(), IsEmpty());
  // As a killed program leaves it: the file without its lock.
  directory_.Write("store/running/1-dead.json", R"({"kind":"run"})");
  EXPECT_THAT(running.Now(), IsEmpty());
  EXPECT_FALSE(fs::exists(store_->Path("running/1-dead.json")));
}

TEST(FindBuild, KnowsABuildByNumberCommitAndSlug) {
  BuildRecord one, two, failed;
  one.number = 1;
  one.commit = "abcdef0123";
  one.slug = "11112222";
  two.number = 2;
  two.commit = "abcdef9999";
  two.slug = "33334444";
  failed.number = 3;
  failed.commit = "abcdef0123";
  const std::vector<BuildRecord> builds = {one, two, failed};
  EXPECT_EQ(FindBuild(builds, "1")->number, 1);
  EXPECT_EQ(FindBuild(builds, "abcdef0")->number, 1);
  EXPECT_EQ(FindBuild(builds, "abcdef")->number, 2) << "the newest";
  EXPECT_EQ(FindBuild(builds, "sha256:1111")->number, 1);
  EXPECT_EQ(FindBuild(builds, "3"), nullptr) << "has no slug";
  EXPECT_EQ(FindBuild(builds, "latest"), nullptr);
  EXPECT_EQ(FindBuild(builds, ""), nullptr);
}

}  // namespace
}  // namespace twelve
