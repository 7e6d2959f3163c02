#include "factors/04_backing_services/parts/backing_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "factors/04_backing_services/parts/backing_routes.h"

namespace twelve {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A server that can be up, gone, or hanging; it answers with its own name.
struct FakeServer {
  std::atomic<bool> up{true};
  std::atomic<int> connects{0};
  std::atomic<int> open{0};
  Mutex mutex;
  CondVar changed;
  bool hanging TWELVE_GUARDED_BY(mutex) = false;

  void Hang(bool on) {
    MutexLock lock(mutex);
    hanging = on;
    changed.NotifyAll();
  }
  void WaitWhileHanging() {
    MutexLock lock(mutex);
    while (hanging) changed.Wait(mutex);
  }
};

class FakeDatabase final : public Database {
 public:
  FakeDatabase(std::string url, FakeServer& server) : url_(std::move(url)), server_(server) {}
  std::string place() const override { return url_; }
  SqlDialect dialect() const override { return SqlDialect::kPostgres; }
  Status Connect(Duration) override {
    ++server_.connects;
    server_.WaitWhileHanging();
    if (!server_.up) return Error{ErrorCode::kClosed, "nobody is at home", {}, 0};
    if (!connected_.exchange(true)) ++server_.open;
    return {};
  }
  void Disconnect() override {
    if (connected_.exchange(false)) --server_.open;
  }
  Status Check(Duration) override {
    server_.WaitWhileHanging();
    if (server_.up) return {};
    return Error{ErrorCode::kClosed, "nobody answers", {}, 0};
  }
  std::vector<BackingFigure> Figures() const override { return {{"pool_open", 5}}; }
  Result<SqlRows> Query(const std::string&, const std::vector<SqlValue>&) override {
    server_.WaitWhileHanging();
    return SqlRows{{{url_}}, 0};
  }
  Status InTransaction(const std::function<Status(SqlConnection&)>&) override { return {}; }

 private:
  const std::string url_;
  FakeServer& server_;
  std::atomic<bool> connected_{false};
};

class RecordingEvents final : public EventSink {
 public:
  void Write(const Event& event) override {
    std::string text;
    for (const EventField& field : event.data) {
      if (field.name == "name" || field.name == "state") {
        text += (text.empty() ? "" : " ") + std::get<std::string>(field.value);
      }
    }
    MutexLock lock(mutex_);
    seen_.push_back(std::move(text));
  }
  std::uint64_t Dropped() const override { return 0; }
  std::vector<std::string> seen() {
    MutexLock lock(mutex_);
    return seen_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> seen_ TWELVE_GUARDED_BY(mutex_);
};

class BackingSetTest : public ::testing::Test {
 protected:
  Database& Add(const std::string& name, const std::string& url) {
    const Result<Database*> database = set_.AddDatabase(
        name, url, [this](const std::string& next) -> Result<std::unique_ptr<Database>> {
          const auto server = servers_.find(next);
          if (server == servers_.end()) return InvalidError("names no server");
          return std::unique_ptr<Database>(std::make_unique<FakeDatabase>(next, server->second));
        });
    EXPECT_TRUE(database.ok());
    return *database.value();
  }
  static std::string NameBehind(Database& database) {
    const Result<SqlRows> rows = database.Query("", {});
    return rows ? *rows->rows[0][0] : rows.error().message;
  }
  BackingState StateOf(std::size_t index, const std::vector<BackingReport>& reports) {
    return reports.at(index).state;
  }
  /// Until the watch has seen it, or for as long as a test may take.
  bool WaitForState(std::size_t index, BackingState state) {
    const auto until = std::chrono::steady_clock::now() + seconds(30);
    while (std::chrono::steady_clock::now() < until) {
      if (StateOf(index, set_.CheckAll(seconds(30))) == state) return true;
      std::this_thread::yield();
    }
    return false;
  }

  std::map<std::string, FakeServer> servers_ = [] {
    std::map<std::string, FakeServer> servers;
    for (const char* name : {"a", "b", "c"}) servers[name];
    return servers;
  }();
  SystemClock clock_;
  RecordingEvents events_;
  BackingSet set_{{}, events_, clock_};
};

TEST_F(BackingSetTest, ConnectsAllAndReportsEach) {
  Add("database", "a");
  Add("other", "b");
  const auto reports = set_.ConnectAll(seconds(30));
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[1].name, "other");
  EXPECT_EQ(reports[1].place, "b");
  EXPECT_EQ(reports[1].state, BackingState::kUp);
  EXPECT_TRUE(reports[1].latency.has_value());
  EXPECT_EQ(reports[1].figures.at(0).name, "pool_open");
  EXPECT_TRUE(set_.Ready(seconds(30)).ok());
  set_.DisconnectAll();
  EXPECT_EQ(servers_["a"].open + servers_["b"].open, 0);
}

TEST_F(BackingSetTest, OneThatHangsHoldsUpNoOther) {
  Add("database", "a");
  Add("other", "b");
  servers_["a"].Hang(true);
  const auto reports = set_.ConnectAll(seconds(2));
  EXPECT_EQ(reports[0].state, BackingState::kConnecting);
  EXPECT_EQ(reports[1].state, BackingState::kUp);
  const Status ready = set_.Ready(std::chrono::milliseconds(1));
  ASSERT_FALSE(ready.ok());
  EXPECT_THAT(ready.error().message, HasSubstr("database is connecting"));
  servers_["a"].Hang(false);
  EXPECT_TRUE(WaitForState(0, BackingState::kUp));
}

TEST_F(BackingSetTest, OneThatWasUpAndStopsAnsweringIsNotReady) {
  Add("database", "a");
  ASSERT_EQ(StateOf(0, set_.ConnectAll(seconds(30))), BackingState::kUp);
  servers_["a"].Hang(true);
  const Status ready = set_.Ready(std::chrono::milliseconds(50));
  servers_["a"].Hang(false);
  ASSERT_FALSE(ready.ok());
  EXPECT_EQ(ready.error().code, ErrorCode::kTimeout);
}

TEST_F(BackingSetTest, ComesBackByItself) {
  servers_["a"].up = false;
  Add("database", "a");
  const auto reports = set_.ConnectAll(seconds(30));
  EXPECT_EQ(reports[0].state, BackingState::kDown);
  EXPECT_EQ(reports[0].error->message, "nobody is at home");
  EXPECT_THAT(set_.Ready(seconds(30)).error().message,
              HasSubstr("database is down: nobody is at home"));
  servers_["a"].up = true;
  EXPECT_TRUE(WaitForState(0, BackingState::kUp));
  servers_["a"].up = false;
  EXPECT_TRUE(WaitForState(0, BackingState::kDown));
  servers_["a"].up = true;
  EXPECT_TRUE(WaitForState(0, BackingState::kUp));
  EXPECT_THAT(events_.seen(),
              ElementsAre("database down", "database up", "database down", "database up"));
}

TEST_F(BackingSetTest, AProbeDoesNotHurryAServerThatIsDown) {
  WatchOptions options;
  options.back_off = [](int) { return std::optional<Duration>(std::chrono::hours(1)); };
  BackingSet set(options, events_, clock_);
  ASSERT_TRUE(set.AddDatabase("database", "a",
                              [this](const std::string& url) {
                                return Result<std::unique_ptr<Database>>(
                                    std::make_unique<FakeDatabase>(url, servers_["a"]));
                              })
                  .ok());
  servers_["a"].up = false;
  static_cast<void>(set.ConnectAll(seconds(30)));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(set.Ready(seconds(30)).ok());
  EXPECT_EQ(servers_["a"].connects, 1);
}

TEST_F(BackingSetTest, AnotherTakesItsPlaceWhileItRuns) {
  Database& database = Add("database", "a");
  static_cast<void>(set_.ConnectAll(seconds(30)));
  EXPECT_EQ(NameBehind(database), "a");
  const Result<BackingReport> attached = set_.Attach("database", "b", seconds(30));
  ASSERT_TRUE(attached.ok());
  EXPECT_EQ(attached->state, BackingState::kUp);
  EXPECT_EQ(attached->place, "b");
  EXPECT_EQ(NameBehind(database), "b");
  EXPECT_EQ(servers_["a"].open, 0);
}

TEST_F(BackingSetTest, NoUseFailsWhileOneTakesTheOthersPlace) {
  Database& database = Add("database", "a");
  static_cast<void>(set_.ConnectAll(seconds(30)));
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::thread user([&] {
    while (!stop) failed += database.Query("", {}).ok() ? 0 : 1;
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(set_.Attach("database", i % 2 == 0 ? "b" : "a", seconds(30)).ok());
  }
  stop = true;
  user.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(BackingSetTest, DetachedFailsAtOnceUntilItIsAttachedAgain) {
  Database& database = Add("database", "a");
  static_cast<void>(set_.ConnectAll(seconds(30)));
  ASSERT_TRUE(set_.Detach("database").ok());
  EXPECT_EQ(database.Query("", {}).error().code, ErrorCode::kClosed);
  EXPECT_EQ(StateOf(0, set_.CheckAll(seconds(30))), BackingState::kDetached);
  EXPECT_THAT(set_.Ready(seconds(30)).error().message, HasSubstr("database is detached"));
  EXPECT_EQ(servers_["a"].open, 0);
  ASSERT_TRUE(set_.Attach("database", "a", seconds(30)).ok());
  EXPECT_EQ(NameBehind(database), "a");
  EXPECT_THAT(events_.seen(), ElementsAre("database up", "database detached", "database connecting",
                                          "database up"));
}

TEST_F(BackingSetTest, ABadNameOrUrlChangesNothing) {
  Database& database = Add("database", "a");
  static_cast<void>(set_.ConnectAll(seconds(30)));
  EXPECT_EQ(set_.Detach("databse").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(set_.Attach("databse", "b", seconds(1)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(set_.Attach("database", "x", seconds(1)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(NameBehind(database), "a");
}

class BackingRoutesTest : public BackingSetTest {
 protected:
  HttpResponse Call(bool may_change, std::size_t route, const std::string& name,
                    const std::string& body) {
    HttpRequest request;
    request.captures = {name};
    request.body = body;
    const HttpResponse response = BackingRoutes(set_, may_change)[route].handler(request);
    EXPECT_THAT(BackingRoutes(set_, may_change)[route].description.statuses,
                Contains(response.status));
    return response;
  }
};

TEST_F(BackingRoutesTest, ShowDetachAndAttach) {
  Database& database = Add("database", "a");
  static_cast<void>(set_.ConnectAll(seconds(30)));
  EXPECT_THAT(Call(true, 0, "", "").body,
              ::testing::AllOf(HasSubstr("\"state\":\"up\""), HasSubstr("\"pool_open\":5.0")));
  const HttpResponse detached = Call(true, 1, "database", "");
  EXPECT_EQ(detached.status, 200);
  EXPECT_THAT(detached.body, HasSubstr("\"state\":\"detached\""));
  EXPECT_EQ(Call(true, 2, "database", R"({"url":"x"})").status, 400);
  EXPECT_EQ(Call(true, 2, "database", "{}").status, 400);
  EXPECT_EQ(Call(true, 2, "databse", R"({"url":"a"})").status, 404);
  const HttpResponse attached = Call(true, 2, "database", R"({"url":"b"})");
  EXPECT_EQ(attached.status, 200);
  EXPECT_EQ(NameBehind(database), "b");
}

TEST_F(BackingRoutesTest, ChangeNothingUnlessTheyMay) {
  Database& database = Add("database", "a");
  static_cast<void>(set_.ConnectAll(seconds(30)));
  EXPECT_EQ(Call(false, 1, "database", "").status, 403);
  EXPECT_EQ(Call(false, 2, "database", R"({"url":"b"})").status, 403);
  EXPECT_EQ(Call(false, 0, "", "").status, 200);
  EXPECT_EQ(NameBehind(database), "a");
}

TEST(DoublingBackOff, GrowsToItsLimit) {
  EXPECT_EQ(DoublingBackOff(1), std::chrono::milliseconds(100));
  EXPECT_EQ(DoublingBackOff(2), std::chrono::milliseconds(200));
  EXPECT_EQ(DoublingBackOff(6), std::chrono::milliseconds(3200));
  EXPECT_EQ(DoublingBackOff(7), seconds(5));
  EXPECT_EQ(DoublingBackOff(1'000'000), seconds(5));
}

}  // namespace
}  // namespace twelve
