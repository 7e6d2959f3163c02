// The load generator beside wrk, on nginx, in one run:
//   1. requests per second and processor time per request, closed loop;
//   2. what holding a rate costs, and the generator's own delay, open loop;
//   3. what each of them tells of a server that stood still for one second.
// load_bench [SECONDS]: the length of each run, 4 unless given.

#include <fmt/core.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double CpuSeconds(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

struct Figures {
  double requests = 0, per_second = 0, cpu_us = 0;  // cpu_us: per request
  LatencySummary latency;
};

class Bench {
 public:
  Bench(Rig& rig, Instance& nginx, std::uint16_t port, Duration length)
      : rig_(rig), nginx_(nginx), port_(port), length_(length) {}

  LoadPlan Plan(LoadPlan::Loop loop, int connections) const {
    LoadPlan plan;
    plan.loop = loop;
    plan.connections = connections;
    plan.duration = length_;
    plan.max_requests = 1'000'000'000;
    plan.probe_readiness = false;
    plan.targets = {{"nginx", port_}};
    return plan;
  }

  /// Runs `plan`; stops the server for a second in the middle if `stall`.
  Figures Own(const LoadPlan& plan, bool stall,
              std::shared_ptr<const LoadSnapshot>* end = nullptr) {
    const double cpu = CpuSeconds(RUSAGE_SELF);
    auto load = rig_.StartLoad(plan);
    if (!load) return {};
    if (stall) Stall();
    rig_.WaitUntil([&] { return (*load)->Snapshot()->over; },
                   Deadline::After(rig_.clock(), plan.duration + seconds(30)));
    const auto snapshot = (*load)->Snapshot();
    Figures figures;
    figures.requests = static_cast<double>(snapshot->done);
    figures.per_second = figures.requests / ToSeconds(plan.duration);
    figures.cpu_us = (CpuSeconds(RUSAGE_SELF) - cpu) * 1e6 / figures.requests;
    figures.latency = snapshot->response;
    if (end != nullptr) *end = snapshot;
    return figures;
  }

  Figures Wrk(int connections) {
    const double cpu = CpuSeconds(RUSAGE_CHILDREN);
    const std::string command =
        fmt::format("exec wrk -t1 -c{} -d{}s http://127.0.0.1:{}/ 2>&1", connections,
                    static_cast<int>(ToSeconds(length_)), port_);
    FILE* pipe = popen(command.c_str(), "re");
    if (pipe == nullptr) return {};
    Figures figures;
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
      double value = 0;
      if (std::sscanf(line, " %lf requests in", &value) == 1) figures.requests = value;
      if (std::sscanf(line, "Requests/sec: %lf", &value) == 1) figures.per_second = value;
    }
    pclose(pipe);
    figures.cpu_us = (CpuSeconds(RUSAGE_CHILDREN) - cpu) * 1e6 / figures.requests;
    return figures;
  }

  void Throughput() {
    fmt::print("closed loop      conns   req/s   CPU us/req   p50 us   p99 us\n");
    for (const int connections : {1, 8, 64}) {
      for (int round = 0; round < 2; ++round) {
        const Figures own = Own(Plan(LoadPlan::Loop::kClosed, connections), false);
        fmt::print("  own           {:6} {:8.0f} {:11.1f} {:9.0f} {:8.0f}\n", connections,
                   own.per_second, own.cpu_us, own.latency.p50, own.latency.p99);
        const Figures wrk = Wrk(connections);
        if (wrk.requests == 0) {
          fmt::print("  wrk           {:6}  no figures: is wrk installed?\n", connections);
        } else {
          fmt::print("  wrk -t1       {:6} {:8.0f} {:11.1f}\n", connections, wrk.per_second,
                     wrk.cpu_us);
        }
        std::fflush(stdout);
      }
    }
  }

  void Rates() {
    fmt::print("\nopen loop         rate   held/s   CPU %   lag p50 us   lag p99 us   saturated\n");
    for (const double rate : {1'000.0, 5'000.0, 20'000.0}) {
      LoadPlan plan = Plan(LoadPlan::Loop::kOpenConstant, 64);
      plan.rate_per_second = rate;
      std::shared_ptr<const LoadSnapshot> end;
      const Figures own = Own(plan, false, &end);
      fmt::print("  own         {:10.0f} {:8.0f} {:7.1f} {:12.0f} {:12.0f}   {}\n", rate,
                 own.per_second, own.cpu_us * own.per_second / 1e4, end->lag.p50, end->lag.p99,
                 end->saturated ? "yes" : "no");
      std::fflush(stdout);
    }
  }

  void KnownStall() {
    length_ = seconds(10);
    fmt::print(
        "\nserver stopped for 1 s of 10 s, ms      p50     p90     p95     p99     max  sent\n");
    fmt::print(
        "  theory, open loop at 1000/s          0.0     0.0   500.0   900.0  1000.0  10000\n");
    for (const int connections : {64, 8}) {
      LoadPlan plan = Plan(LoadPlan::Loop::kOpenConstant, connections);
      plan.rate_per_second = 1000;
      Print(fmt::format("own, open 1000/s, {} connections", connections), Own(plan, true));
    }
    Print("own, closed, 8 connections", Own(Plan(LoadPlan::Loop::kClosed, 8), true));
  }

 private:
  void Wait(Duration how_long) {
    rig_.WaitUntil([] { return false; }, Deadline::After(rig_.clock(), how_long));
  }

  void Stall() {
    Wait(seconds(3));
    (void)nginx_.Signal(SignalTarget::kTree, SIGSTOP, "the known stall");
    Wait(seconds(1));
    (void)nginx_.Signal(SignalTarget::kTree, SIGCONT, "the known stall");
  }

  static void Print(const std::string& name, const Figures& figures) {
    const LatencySummary& l = figures.latency;
    fmt::print("  {:34} {:6.2f} {:7.1f} {:7.1f} {:7.1f} {:7.1f} {:6.0f}\n", name, l.p50 / 1e3,
               l.p90 / 1e3, l.p95 / 1e3, l.p99 / 1e3, l.max / 1e3, figures.requests);
    std::fflush(stdout);
  }

  Rig& rig_;
  Instance& nginx_;
  const std::uint16_t port_;
  Duration length_;
};

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

int Run(Duration length) {
  auto created = LiveRig::Create({});
  if (!created) {
    fmt::print(stderr, "{}\n", created.error().message);
    return 2;
  }
  Rig& rig = **created;
  const auto port = rig.LeasePort();
  const auto directory = rig.MakeDirectory("nginx");
  if (!port || !directory) return 2;
  std::ofstream(*directory + "/nginx.conf") << NginxConfig(*directory, *port);
  ProcessSpec spec;
  spec.name = spec.type = "nginx";
  spec.port = *port;
  spec.command.argv = {"nginx", "-p", *directory, "-c", *directory + "/nginx.conf"};
  spec.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  spec.readiness = ReadyOnHttp{*port, "/"};
  auto nginx = rig.Launch(spec);
  const bool up = nginx.ok() &&
                  rig.WaitUntil(
                      [&] {
                        const auto status = (*nginx)->Snapshot();
                        return status.ready.has_value() || status.over();
                      },
                      Deadline::After(rig.clock(), seconds(30))) &&
                  (*nginx)->Snapshot().ready.has_value();
  if (!up) {
    fmt::print(stderr, "nginx did not start: is it installed?\n");
    return 2;
  }
  Bench bench(rig, **nginx, *port, length);
  bench.Throughput();
  bench.Rates();
  bench.KnownStall();
  return 0;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  const int length = argc > 1 ? std::atoi(argv[1]) : 4;
  return twelve::Run(std::chrono::seconds(length > 0 ? length : 4));
}
