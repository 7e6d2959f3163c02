// The router beside HAProxy, with the same processes behind both, in one run:
//   1. requests per second and latency, closed loop, on two nginx;
//   2. latency at a rate that all of them hold, open loop;
//   3. requests that fail while processes of the reference service are restarted under load.
// router_bench [SECONDS] [RESTARTS]: the length of each run, 4 unless given; 100 restarts.

#include <fmt/core.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/rig/haproxy_router.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string NginxConfig(const std::string& directory, std::uint16_t port) {
  return fmt::format(
      "daemon off;\nworker_processes 1;\npid {0}/nginx.pid;\nerror_log stderr;\n"
      "events {{ worker_connections 1024; }}\n"
      "http {{\n  access_log off;\n  keepalive_requests 1000000000;\n"
      "  client_body_temp_path {0};\n  proxy_temp_path {0};\n  fastcgi_temp_path {0};\n"
      "  uwsgi_temp_path {0};\n  scgi_temp_path {0};\n"
      "  server {{ listen 127.0.0.1:{1} backlog=1024; location / {{ return 200 'ok'; }} }}\n}}\n",
      directory, port);
}

class Bench {
 public:
  Bench(Rig& rig, Duration length) : rig_(rig), length_(length) {}

  bool Until(const std::function<bool()>& predicate) {
    return rig_.WaitUntil(predicate, Deadline::After(rig_.clock(), seconds(30)));
  }

  bool StartNginx(int count) {
    for (int i = 1; i <= count; ++i) {
      const auto port = rig_.LeasePort();
      const auto directory = rig_.MakeDirectory("nginx");
      if (!port || !directory) return false;
      std::ofstream(*directory + "/nginx.conf") << NginxConfig(*directory, *port);
      ProcessSpec spec;
      spec.name = "nginx." + std::to_string(i);
      spec.type = "nginx";
      spec.port = *port;
      spec.command.argv = {"nginx", "-p", *directory, "-c", *directory + "/nginx.conf"};
      spec.environment = {{"PATH", kPath}};
      spec.readiness = ReadyOnHttp{*port, "/"};
      if (!Launch(spec)) return false;
    }
    return true;
  }

  bool Launch(const ProcessSpec& spec) {
    auto launched = rig_.Launch(spec);
    if (!launched) return false;
    Instance& instance = **launched;
    plan_.targets.push_back({spec.name, spec.port});
    instances_.push_back(std::move(launched).value());
    return Until([&] {
             return instance.Snapshot().ready.has_value() || instance.Snapshot().over();
           }) &&
           instance.Snapshot().ready.has_value();
  }

  LoadSnapshot Load(std::uint16_t port, LoadPlan plan) {
    plan.targets = {{"target", port}};
    plan.probe_readiness = false;
    plan.duration = length_;
    plan.max_requests = 1'000'000'000;
    const auto load = rig_.StartLoad(plan);
    if (!load) return {};
    rig_.WaitUntil([&] { return (*load)->Snapshot()->over; },
                   Deadline::After(rig_.clock(), length_ + seconds(30)));
    return *(*load)->Snapshot();
  }

  void Rows(const std::string& name, std::uint16_t port) {
    for (const int connections : {8, 64}) {
      LoadPlan plan;
      plan.loop = LoadPlan::Loop::kClosed;
      plan.connections = connections;
      const LoadSnapshot s = Load(port, plan);
      fmt::print("  {:<12} closed, {:>3} connections {:>9.0f} {:>9.0f} {:>9.0f} {:>8}\n", name,
                 connections, static_cast<double>(s.done) / ToSeconds(length_), s.response.p50,
                 s.response.p99, s.failed);
      std::fflush(stdout);
    }
    LoadPlan plan;
    plan.rate_per_second = 3000;
    plan.connections = 64;
    const LoadSnapshot s = Load(port, plan);
    fmt::print("  {:<12} open, 3000/s            {:>9.0f} {:>9.0f} {:>9.0f} {:>8}\n", name,
               static_cast<double>(s.done) / ToSeconds(length_), s.response.p50, s.response.p99,
               s.failed);
    std::fflush(stdout);
  }

  using MakeRouter = std::function<Result<std::unique_ptr<Router>>(const RouterPlan& plan)>;

  std::unique_ptr<Router> Ready(const char* name, const MakeRouter& make) {
    auto router = make(plan_);
    if (!router) {
      fmt::print("  {:<12} {}\n", name, router.error().message);
      return nullptr;
    }
    const bool ready = Until([&] {
      const auto snapshot = (*router)->Snapshot();
      return std::all_of(snapshot->targets.begin(), snapshot->targets.end(),
                         [](const auto& target) { return target.ready; });
    });
    if (!ready) fmt::print("  {:<12} not all processes became ready\n", name);
    return ready ? std::move(router).value() : nullptr;
  }

  void Throughput(const std::vector<std::pair<const char*, MakeRouter>>& routers) {
    plan_ = {};
    plan_.ready_path = "/";
    if (!StartNginx(2)) {
      fmt::print("nginx did not start: is it installed?\n");
      return;
    }
    fmt::print("two nginx behind                         req/s    p50 us    p99 us   failed\n");
    for (int round = 0; round < 2; ++round) {
      Rows("none", plan_.targets[0].port);
      for (const auto& [name, make] : routers) {
        if (const auto router = Ready(name, make)) Rows(name, router->port());
      }
    }
    instances_.clear();
  }

  ProcessSpec Service(int number, std::uint16_t port, const std::string& directory) const {
    ProcessSpec spec;
    spec.name = "web." + std::to_string(number);
    spec.type = "web";
    spec.port = port;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    spec.command.argv = {self + "/../bin/twelve-service", "web"};
    spec.environment = {{"PATH", kPath},
                        {"PORT", std::to_string(port)},
                        {"HOST", "127.0.0.1"},
                        {"DATABASE_URL", "sqlite://" + directory + "/data.db"}};
    spec.directory = directory;
    spec.readiness = ReadyOnHttp{port, "/ready"};
    return spec;
  }

  void Restarts(int count, const std::vector<std::pair<const char*, MakeRouter>>& routers) {
    plan_ = {};
    std::vector<ProcessSpec> specs;
    for (int i = 1; i <= 3; ++i) {
      const auto port = rig_.LeasePort();
      const auto directory = rig_.MakeDirectory("service");
      if (!port || !directory) return;
      specs.push_back(Service(i, *port, *directory));
      if (Launch(specs.back())) continue;
      fmt::print("\nthe reference service did not start\n");
      for (const LogLine& line : instances_.back()->Logs(10)) fmt::print("  {}\n", line.text);
      return;
    }
    fmt::print("\n{} restarts of 3 processes at 500/s     sent   failed  again    p99 us\n", count);
    for (const auto& [name, make] : routers) {
      const auto router = Ready(name, make);
      if (!router) continue;
      LoadPlan load;
      load.targets = {{"router", router->port()}};
      load.probe_readiness = false;
      load.rate_per_second = 500;
      const auto running = rig_.StartLoad(load);
      if (!running) return;
      for (int i = 0; i < count; ++i) {
        auto& instance = instances_[static_cast<std::size_t>(i % 3)];
        instance->Stop("a restart");
        if (!Until([&] { return instance->Snapshot().over(); })) break;
        instance.reset();
        auto again = rig_.Launch(specs[static_cast<std::size_t>(i % 3)]);
        if (!again) break;
        instance = std::move(again).value();
        if (!Until([&] { return instance->Snapshot().ready.has_value(); })) break;
        Until([&] { return AllReady(*router); });
      }
      (*running)->Finish();
      Until([&] { return (*running)->Snapshot()->over; });
      const auto end = (*running)->Snapshot();
      fmt::print("  {:<37} {:>6} {:>8} {:>6} {:>9.0f}\n", name, end->planned, end->failed,
                 router->Snapshot()->retried, end->response.p99);
      for (std::size_t o = 1; o < end->by_outcome.size(); ++o) {
        if (end->by_outcome[o] == 0) continue;
        fmt::print("    {}: {}\n", ToString(static_cast<Outcome>(o)), end->by_outcome[o]);
      }
      std::fflush(stdout);
    }
  }

 private:
  static bool AllReady(const Router& router) {
    const auto snapshot = router.Snapshot();
    return std::all_of(snapshot->targets.begin(), snapshot->targets.end(),
                       [](const auto& target) { return target.ready; });
  }

  Rig& rig_;
  const Duration length_;
  RouterPlan plan_;
  std::vector<std::unique_ptr<Instance>> instances_;
};

int Run(Duration length, int restarts) {
  auto created = LiveRig::Create({});
  if (!created) {
    fmt::print(stderr, "{}\n", created.error().message);
    return 2;
  }
  Rig& rig = **created;
  const std::vector<std::pair<const char*, Bench::MakeRouter>> routers = {
      {"twelve", [&](const RouterPlan& plan) { return rig.StartRouter(plan); }},
      {"haproxy", [&](const RouterPlan& plan) { return HaproxyRouter::Start(rig, plan); }},
  };
  Bench bench(rig, length);
  bench.Throughput(routers);
  if (restarts > 0) bench.Restarts(restarts, routers);
  return 0;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  const int length = argc > 1 ? std::atoi(argv[1]) : 4;
  const int restarts = argc > 2 ? std::atoi(argv[2]) : 100;
  return twelve::Run(std::chrono::seconds(length > 0 ? length : 4), restarts);
}
