#include <gtest/gtest.h>

#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Answers everything, and /ready too, from threads: keep-alive connections do not block each other.
constexpr const char* kService = R"(
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *arguments):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
)";

TEST(LiveRigLoad, AKilledInstanceFailsItsRequestsAndTheOtherGoesOn) {
  LiveRigOptions options;
  options.temporary_root = testing::TempDir();
  auto created = LiveRig::Create(std::move(options));
  ASSERT_TRUE(created.ok()) << created.error().message;
  LiveRig& rig = **created;
  const auto soon = [&](const std::function<bool()>& predicate) {
    return rig.WaitUntil(predicate, Deadline::After(rig.clock(), seconds(30)));
  };

  std::vector<std::unique_ptr<Instance>> webs;
  LoadPlan plan;
  for (int i = 1; i <= 2; ++i) {
    ProcessSpec spec;
    spec.name = "web." + std::to_string(i);
    spec.type = "web";
    spec.port = rig.LeasePort().value();
    spec.command.argv = {"python3", "-c", kService};
    spec.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                        {"PORT", std::to_string(spec.port)}};
    spec.readiness = ReadyOnHttp{spec.port, "/ready"};
    plan.targets.push_back({spec.name, spec.port});
    auto web = rig.Launch(spec);
    ASSERT_TRUE(web.ok()) << web.error().message;
    webs.push_back(std::move(web).value());
  }
  ASSERT_TRUE(soon([&] {
    return webs[0]->Snapshot().state == ProcessState::kReady &&
           webs[1]->Snapshot().state == ProcessState::kReady;
  }));

  plan.rate_per_second = 200;
  plan.connections = 16;
  const auto load = rig.StartLoad(plan).value();
  ASSERT_TRUE(soon([&] {
    const auto snapshot = load->Snapshot();
    return snapshot->targets[0].done >= 20 && snapshot->targets[1].done >= 20;
  }));
  EXPECT_EQ(load->Snapshot()->failed, 0u);

  webs[1]->Kill("a test");
  ASSERT_TRUE(soon([&] { return !load->Snapshot()->targets[1].ready; }));
  const std::uint64_t sent = load->Snapshot()->targets[1].sent;
  const std::uint64_t done = load->Snapshot()->targets[0].done;
  ASSERT_TRUE(soon([&] { return load->Snapshot()->targets[0].done >= done + 50; }));
  EXPECT_EQ(load->Snapshot()->targets[1].sent, sent);

  load->Finish();
  ASSERT_TRUE(soon([&] { return load->Snapshot()->over; }));
  const auto end = load->Snapshot();
  EXPECT_EQ(end->planned, end->done + end->failed);
  EXPECT_EQ(end->failed, end->targets[1].failed);
  EXPECT_EQ(end->by_outcome[static_cast<std::size_t>(Outcome::kNoTarget)], 0u);
}

}  // namespace
}  // namespace twelve
