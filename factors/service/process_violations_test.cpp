// The whole binary: each violation of factors VIII, IX (the newer ones) and XII does what its row
// says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "factors/service/job_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class ProcessViolations : public ::testing::Test {
 protected:
  static ServiceProcess::Options With(const std::string& violation,
                                      const std::string& type = "web") {
    return {.arguments = {type, "--violate", violation}, .environment = {{"DRAIN_DELAY_MS", "1"}}};
  }
  int Admin(std::vector<std::string> words, std::map<std::string, std::string> environment = {}) {
    words.insert(words.begin(), "admin");
    ServiceProcess admin(directory_, {.arguments = words, .environment = std::move(environment)});
    const int exit_code = admin.WaitForExit();
    err_ = admin.Stderr();
    return exit_code;
  }
  int StatusOf(std::uint16_t port, const std::string& path) {
    const auto answer = RawClient(port).Get(path, "Connection: close\r\n");
    return answer ? answer->status : 0;
  }
  ScratchDirectory directory_;
  std::string err_;
};

/// The state letter of a process in /proc, "Z" for a zombie; 0 when there is none.
char StateOf(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::size_t end = text.rfind(')');
  return end == std::string::npos ? '\0' : text[end + 2];
}

TEST_F(ProcessViolations, DaemonizeLeavesWhoeverStartedIt) {
  ServiceProcess service(directory_, With("daemonize"));
  EXPECT_EQ(service.WaitForLaunched(), 0);
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  EXPECT_NE(service.ServicePid(), service.pid());
  EXPECT_EQ(StatusOf(port, "/ready"), 200);
  EXPECT_NE(::getsid(service.ServicePid()), ::getsid(0));
}

TEST_F(ProcessViolations, OrphanWorkerServesOnWithoutItsMaster) {
  ServiceProcess service(directory_, With("orphan-worker"));
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  EXPECT_NE(service.ServicePid(), service.pid());
  service.Signal(SIGKILL);
  EXPECT_EQ(service.WaitForLaunched(), 128 + SIGKILL);
  EXPECT_EQ(StatusOf(port, "/ready"), 200);
}

TEST_F(ProcessViolations, OrphanWorkerEndsWithAMasterThatIsAsked) {
  ServiceProcess service(directory_, With("orphan-worker"));
  ASSERT_NE(service.WaitForPort(), 0);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST_F(ProcessViolations, PidfileHoldsTheProcessId) {
  ServiceProcess service(directory_, With("pidfile"));
  ASSERT_NE(service.WaitForPort(), 0);
  std::ifstream in(directory_.path() + "/app.pid");
  pid_t pid = 0;
  EXPECT_TRUE(in >> pid);
  EXPECT_EQ(pid, service.pid());
}

TEST_F(ProcessViolations, FlockSingletonLetsNoSecondOneStart) {
  ServiceProcess first(directory_, With("flock-singleton"));
  ASSERT_NE(first.WaitForPort(), 0);
  {
    ServiceProcess second(directory_, With("flock-singleton"));
    EXPECT_EQ(second.WaitForExit(), 69);
    EXPECT_THAT(second.Stderr(), HasSubstr("app.flock"));
  }
  first.Signal(SIGKILL);
  first.WaitForExit();
  ServiceProcess third(directory_, With("flock-singleton"));
  EXPECT_NE(third.WaitForPort(), 0) << "the lock must end with its process";
}

TEST_F(ProcessViolations, ZombieMakerKeepsTheDead) {
  ServiceProcess service(directory_, With("zombie-maker"));
  ASSERT_NE(service.WaitForPort(), 0);
  std::ifstream in(fmt::format("/proc/{}/task/{}/children", service.pid(), service.pid()));
  int zombies = 0;
  for (pid_t child = 0; in >> child;) zombies += StateOf(child) == 'Z' ? 1 : 0;
  EXPECT_EQ(zombies, 3);
}

TEST_F(ProcessViolations, BrokenWorkerTypeCannotStartAndWebCan) {
  ServiceProcess worker(directory_, With("broken-worker-type", "worker"));
  EXPECT_EQ(worker.WaitForExit(), 69);
  EXPECT_THAT(worker.Stderr(), HasSubstr("worker"));
  ServiceProcess web(directory_, With("broken-worker-type"));
  EXPECT_NE(web.WaitForPort(), 0);
}

TEST_F(ProcessViolations, InlineWorkerDoesTheJobInTheRequestAndForgetsIt) {
  std::string id;
  {
    ServiceProcess web(directory_, With("inline-worker"));
    JobClient jobs(web.WaitForPort());
    id = jobs.Put("count", {{"key", "visits"}});
    EXPECT_EQ(jobs.Find(id)["state"], "done");  // and there is no worker
  }
  ServiceProcess next(directory_, With("inline-worker"));
  EXPECT_TRUE(JobClient(next.WaitForPort()).Find(id).is_null());
}

TEST_F(ProcessViolations, InProcessCronPutsOneJobForEachWebProcess) {
  std::vector<std::unique_ptr<ServiceProcess>> webs;
  for (int i = 0; i < 3; ++i) {
    webs.push_back(std::make_unique<ServiceProcess>(directory_, With("in-process-cron")));
    ASSERT_TRUE(webs.back()->WaitForEvent("newsletter").has_value());
  }
  EXPECT_EQ(JobClient(webs[0]->WaitForPort()).Depth()["queued"], 3);
}

TEST_F(ProcessViolations, MigrateOnBootLetsOneOfManySurvive) {
  ASSERT_EQ(Admin({"migrate"}), 0) << err_;
  std::vector<std::unique_ptr<ServiceProcess>> webs;
  for (int i = 0; i < 3; ++i) {
    webs.push_back(std::make_unique<ServiceProcess>(directory_, With("migrate-on-boot")));
  }
  // One makes the table; who looked before that and comes later fails. The others, which a busy
  // machine started late, find it there.
  int failed = 0, served = 0;
  for (const auto& web : webs) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (web->Stdout().find("\"listening\"") == std::string::npos &&
           web->Stdout().find("\"cannot_start\"") == std::string::npos &&
           std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ++(web->Stdout().find("\"listening\"") != std::string::npos ? served : failed);
  }
  EXPECT_GE(served, 1);
  EXPECT_GE(failed, 1);
}

TEST_F(ProcessViolations, Exit1OnTermDrainsAndFails) {
  ServiceProcess service(directory_, With("exit-1-on-term"));
  RawClient client(service.WaitForPort());
  ASSERT_TRUE(client.Send("GET /delay/500 HTTP/1.1\r\n\r\n"));
  service.Signal(SIGTERM);
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(service.WaitForExit(), 1);
}

TEST_F(ProcessViolations, KeepAcceptingServesNewConnectionsAfterTheSignal) {
  ServiceProcess service(directory_, With("keep-accepting"));
  const std::uint16_t port = service.WaitForPort();
  const auto asked = std::chrono::steady_clock::now();
  service.Signal(SIGTERM);
  int answered = 0;
  while (std::chrono::steady_clock::now() < asked + std::chrono::milliseconds(5500)) {
    EXPECT_EQ(StatusOf(port, "/ready"), 200);
    ++answered;
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
  EXPECT_GT(answered, 0);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST_F(ProcessViolations, IgnoreSigintDiesOfItAndDrainsOnSigterm) {
  ServiceProcess service(directory_, With("ignore-sigint"));
  ASSERT_NE(service.WaitForPort(), 0);
  service.Signal(SIGINT);
  EXPECT_EQ(service.WaitForExit(), 128 + SIGINT);
  EXPECT_THAT(service.Stdout(), Not(HasSubstr("draining")));
  ServiceProcess other(directory_, With("ignore-sigint"));
  ASSERT_NE(other.WaitForPort(), 0);
  other.Signal(SIGTERM);
  EXPECT_EQ(other.WaitForExit(), 0);
}

TEST_F(ProcessViolations, BootIgnoresTermAndServes) {
  ServiceProcess service(directory_, With("boot-ignores-term"));
  ASSERT_TRUE(service.WaitForEvent("starting").has_value());
  service.Signal(SIGTERM);
  const std::uint16_t port = service.WaitForPort();
  ASSERT_NE(port, 0);
  EXPECT_EQ(StatusOf(port, "/ready"), 200);
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
}

TEST_F(ProcessViolations, ListenBeforeReadyPromisesTooMuch) {
  ServiceProcess service(directory_, With("listen-before-ready"));
  const std::uint16_t port = service.WaitForPort();
  EXPECT_EQ(StatusOf(port, "/ready"), 200);
  EXPECT_EQ(StatusOf(port, "/"), 503);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (StatusOf(port, "/") != 200 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(StatusOf(port, "/"), 200);
}

TEST_F(ProcessViolations, WorkerDropsJobSaysDoneOfWhatItDidNotDo) {
  ServiceProcess web(directory_, {});
  JobClient jobs(web.WaitForPort());
  const std::string id = jobs.Put("wait", {{"ms", 600'000}});
  ServiceProcess::Options options = With("worker-drops-job", "worker");
  options.environment["GRACE_MS"] = "1000";
  ServiceProcess worker(directory_, std::move(options));
  ASSERT_TRUE(worker.WaitForEvent("job_started").has_value());
  worker.Signal(SIGTERM);
  EXPECT_EQ(worker.WaitForExit(), 0) << worker.Stderr();
  EXPECT_EQ(jobs.Find(id)["state"], "done");
  EXPECT_THAT(jobs.Find(id)["result"].dump(), HasSubstr("dropped"));
}

TEST_F(ProcessViolations, AckBeforeWorkLosesTheJobOfAWorkerThatIsKilled) {
  ServiceProcess web(directory_, {});
  JobClient jobs(web.WaitForPort());
  const std::string id = jobs.Put("wait", {{"ms", 600'000}});
  ServiceProcess worker(directory_, With("ack-before-work", "worker"));
  ASSERT_TRUE(worker.WaitForEvent("job_started").has_value());
  EXPECT_EQ(jobs.Find(id)["state"], "done");
  worker.Signal(SIGKILL);
  EXPECT_EQ(worker.WaitForExit(), 128 + SIGKILL);
  EXPECT_EQ(jobs.Find(id)["state"], "done");
}

TEST_F(ProcessViolations, AdminExit0HidesAFailure) {
  EXPECT_EQ(Admin({"seed"}), 1);
  EXPECT_EQ(Admin({"seed", "--violate", "admin-exit-0"}), 0);
  EXPECT_THAT(err_, HasSubstr("admin seed failed"));
}

TEST_F(ProcessViolations, AdminHangsUntilItIsEnded) {
  ServiceProcess admin(directory_, {.arguments = {"admin", "migrate", "--violate", "admin-hangs"}});
  ASSERT_TRUE(admin.WaitForEvent("migrated").has_value());
  EXPECT_EQ(StateOf(admin.pid()) == 'Z' || StateOf(admin.pid()) == '\0', false);
  admin.Signal(SIGTERM);
  EXPECT_EQ(admin.WaitForExit(), 0) << admin.Stderr();
}

TEST_F(ProcessViolations, AdminBindsPortFailsBesideWeb) {
  ServiceProcess web(directory_, {});
  const std::string port = std::to_string(web.WaitForPort());
  EXPECT_EQ(Admin({"migrate", "--violate", "admin-binds-port"}, {{"PORT", port}}), 1);
  EXPECT_THAT(err_, HasSubstr("the port is in use"));
}

TEST_F(ProcessViolations, AdminDefaultConfigGoesOnSomewhereElse) {
  const std::map<std::string, std::string> away = {
      {"DATABASE_URL", "postgres://ann:hunter2@127.0.0.1:1/shop"}};
  EXPECT_EQ(Admin({"migrate"}, away), 69);
  EXPECT_EQ(Admin({"migrate", "--violate", "admin-default-config"}, away), 0) << err_;
}

TEST_F(ProcessViolations, MigrateNotIdempotentFailsTheSecondTime) {
  EXPECT_EQ(Admin({"migrate", "--violate", "migrate-not-idempotent"}), 0) << err_;
  EXPECT_EQ(Admin({"migrate", "--violate", "migrate-not-idempotent"}), 1);
  EXPECT_THAT(err_, HasSubstr("already exists"));
}

}  // namespace
}  // namespace twelve
