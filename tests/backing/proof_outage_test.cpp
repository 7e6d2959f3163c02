// Each backing service is killed, paused and restarted while clients write. Nothing that was
// acknowledged is lost or done twice, readiness tells the truth, and the service recovers without
// a restart of any of its processes.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/backing/service_deploy.h"
#include "tests/backing/write_load.h"

namespace twelve {
namespace {

enum class Fault { kKill, kPause, kRestart };

struct Story {
  std::string name;
  Layout layout;
  BackingServer victim;
  Fault fault;
};
void PrintTo(const Story& story, std::ostream* out) {
  *out << story.name;
}

class Outage : public testing::TestWithParam<Story> {
 protected:
  void SetUp() override {
    const Status begun = deploy_.Begin({{"BACKING_TIMEOUT", "1s"}, {"JOB_VISIBILITY", "3s"}});
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    web_ = deploy_.LaunchWeb();
    ASSERT_NE(web_, nullptr);
    worker_ = deploy_.LaunchWorker();
    ASSERT_NE(worker_, nullptr);
    load_ = std::make_unique<WriteLoad>(deploy_.rig(), web_->Snapshot().port);
  }

  BackingInstance& victim() {
    return GetParam().victim == BackingServer::kRedis ? deploy_.redis() : deploy_.postgres();
  }
  bool Keeps(Write write) const {
    if (GetParam().layout == Layout::kPostgresAlone) return true;
    return (write == Write::kItem) == (GetParam().victim == BackingServer::kPostgres);
  }

  /// Waits while the clients go on writing.
  bool Await(const std::function<bool()>& predicate) {
    return deploy_.rig().WaitUntil(
        [&] {
          load_->Pump();
          return predicate();
        },
        deploy_.Soon());
  }
  /// So many more writes of each kind are acknowledged.
  void AwaitProgress(std::uint64_t more) {
    for (const Write write : {Write::kSession, Write::kItem, Write::kJob}) {
      const std::uint64_t goal = load_->counts(write).acknowledged + more;
      EXPECT_TRUE(Await([&] { return load_->counts(write).acknowledged >= goal; }))
          << "of kind " << static_cast<int>(write) << " only " << load_->counts(write).acknowledged
          << " of " << goal << Logs();
    }
  }
  bool AwaitProbes(int status, std::size_t more) {
    const std::size_t from = load_->probes().size();
    return Await([&] {
      const auto& probes = load_->probes();
      return static_cast<std::size_t>(
                 std::count_if(probes.begin() + static_cast<std::ptrdiff_t>(from), probes.end(),
                               [&](const auto& probe) { return probe.status == status; })) >= more;
    });
  }

  void Down() {
    if (GetParam().fault == Fault::kKill) {
      victim().Kill("proof");
      ASSERT_TRUE(Await([&] { return victim().Snapshot().over(); }));
    } else {
      const Status paused = victim().Pause("proof");
      ASSERT_TRUE(paused.ok()) << paused.error().message;
    }
  }
  void Up() {
    if (GetParam().fault == Fault::kPause) {
      const Status on = victim().Continue("proof");
      ASSERT_TRUE(on.ok()) << on.error().message;
    } else {
      const Status started = victim().Start();
      ASSERT_TRUE(started.ok()) << started.error().message;
      ASSERT_TRUE(Await([&] { return victim().Snapshot().ready.has_value(); }));
      const Status ready = victim().AwaitReady(deploy_.Soon());
      ASSERT_TRUE(ready.ok()) << ready.error().message;
    }
  }

  /// What depends on the victim is refused; what does not goes on; /ready says no from the first
  /// request on that began after the end.
  void LiveThroughTheOutage() {
    ASSERT_NO_FATAL_FAILURE(Down());
    const TimePoint down = deploy_.rig().clock().Now();
    for (const Write write : {Write::kSession, Write::kItem, Write::kJob}) {
      const WriteLoad::Counts before = load_->counts(write);
      if (Keeps(write)) {
        EXPECT_TRUE(Await([&] { return load_->counts(write).refused >= before.refused + 5; }))
            << static_cast<int>(write) << Logs();
      } else {
        EXPECT_TRUE(Await([&] {
          return load_->counts(write).acknowledged >= before.acknowledged + 10;
        })) << "other services are there: "
            << static_cast<int>(write) << Logs();
      }
    }
    EXPECT_TRUE(AwaitProbes(503, 3)) << Logs();
    const TimePoint up = deploy_.rig().clock().Now();
    for (const WriteLoad::Probe& probe : load_->probes()) {
      const bool meanwhile = probe.begun > down && probe.done < up;
      EXPECT_FALSE(meanwhile && probe.status == 200);
    }
    const HttpAnswer health = Get(deploy_.rig(), web_->Snapshot().port, "/health", deploy_.Soon());
    EXPECT_EQ(health.status, 200) << "a restart of the process would help nobody";
    ASSERT_NO_FATAL_FAILURE(Up());
  }

  HttpAnswer Read(const std::string& path) {
    return Get(deploy_.rig(), web_->Snapshot().port, path, deploy_.Soon());
  }

  void ExpectSessions() {
    ASSERT_GE(load_->sessions().size(), 40u);
    for (const auto& [id, text] : load_->sessions()) {
      const HttpAnswer answer = Read("/api/v1/sessions/" + id);
      ASSERT_EQ(answer.status, 200) << "lost: " << id << " " << answer.body << answer.problem;
      const auto session = nlohmann::json::parse(answer.body, nullptr, false);
      EXPECT_EQ(session["data"].value("text", ""), text);
    }
  }

  std::multiset<std::string> Column(const std::string& select) {
    std::multiset<std::string> rows;
    std::istringstream text(deploy_.Sql(select));
    for (std::string row; std::getline(text, row);) rows.insert(row);
    return rows;
  }

  void ExpectItems() {
    const std::multiset<std::string> kept = Column("SELECT name FROM items");
    for (const std::string& name : load_->items()) {
      EXPECT_EQ(kept.count(name), 1u) << "lost or made twice: " << name;
    }
  }

  void ExpectJobs() {
    nlohmann::json depth;
    EXPECT_TRUE(Await([&] {
      depth = nlohmann::json::parse(Read("/api/v1/jobs").body, nullptr, false);
      return depth.is_object() && depth.value("queued", -1) == 0 && depth.value("running", -1) == 0;
    })) << depth.dump()
        << Logs();
    EXPECT_EQ(depth.value("failed", -1), 0) << depth.dump();
    const std::multiset<std::string> done = Column("SELECT idempotency_key FROM job_effects");
    EXPECT_EQ(depth.value("done", 0), static_cast<int>(done.size())) << depth.dump();
    for (const std::string& key : load_->jobs()) {
      EXPECT_EQ(done.count(key), 1u) << "not done, or done twice: " << key;
    }
  }

  std::string Logs() const {
    std::string text = "\n";
    for (const auto& process : {web_.get(), worker_.get()}) {
      for (const LogLine& line : process->Logs(15)) text += line.text + "\n";
    }
    return text;
  }

  ServiceDeploy deploy_{GetParam().layout};
  std::unique_ptr<Instance> web_, worker_;
  std::unique_ptr<WriteLoad> load_;
};

TEST_P(Outage, LosesNothingThatWasAcknowledgedAndRecoversByItself) {
  const pid_t web = web_->Snapshot().pid, worker = worker_->Snapshot().pid;
  AwaitProgress(20);
  ASSERT_TRUE(AwaitProbes(200, 1));

  if (GetParam().fault == Fault::kRestart) {
    victim().Stop("proof");
    ASSERT_TRUE(Await([&] { return victim().Snapshot().over(); }));
    ASSERT_NO_FATAL_FAILURE(Up());
  } else {
    ASSERT_NO_FATAL_FAILURE(LiveThroughTheOutage());
  }

  EXPECT_TRUE(AwaitProbes(200, 1)) << "not ready again" << Logs();
  AwaitProgress(20);
  load_->Finish();
  EXPECT_TRUE(Await([this] { return load_->Idle(); }));
  EXPECT_EQ(web_->Snapshot().pid, web) << web_->Snapshot().reason;
  EXPECT_EQ(worker_->Snapshot().pid, worker) << worker_->Snapshot().reason;

  ExpectSessions();
  ExpectItems();
  ExpectJobs();
}

std::vector<Story> Stories() {
  std::vector<Story> stories;
  struct Victim {
    const char* name;
    Layout layout;
    BackingServer server;
  };
  struct Way {
    const char* name;
    Fault fault;
  };
  for (const Victim& victim :
       {Victim{"Redis", Layout::kPostgresAndRedis, BackingServer::kRedis},
        Victim{"Postgres", Layout::kPostgresAndRedis, BackingServer::kPostgres},
        Victim{"PostgresAlone", Layout::kPostgresAlone, BackingServer::kPostgres}}) {
    for (const Way& way : {Way{"Killed", Fault::kKill}, Way{"Paused", Fault::kPause},
                           Way{"Restarted", Fault::kRestart}}) {
      stories.push_back(
          {std::string(victim.name) + way.name, victim.layout, victim.server, way.fault});
    }
  }
  return stories;
}

INSTANTIATE_TEST_SUITE_P(, Outage, testing::ValuesIn(Stories()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace twelve
