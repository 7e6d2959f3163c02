// The reference service beside nginx (one worker) and a Node server, in one run, driven by wrk:
//   1. "/" on each of them;
//   2. reading a session from Redis, beside what redis-benchmark gets out of that Redis;
//   3. writing an item to PostgreSQL, beside what pgbench gets out of that PostgreSQL.
// All of them write a line for each request into a pipe that `cat` reads.
// service_bench [SECONDS]: the length of each run, 4 unless given. Rounds take turns, because the
// machine is never quite quiet; each line is one of them.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/backing/backing_instance.h"
#include "harness/rig/live_rig.h"

namespace twelve {
namespace {

using std::chrono::seconds;

constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int kRounds = 2;

struct Figures {
  double per_second = 0, p50_us = 0, p99_us = 0;
  double bad = 0;     // answers that are no 2xx or 3xx, and socket errors
  double cpu_us = 0;  // of the server with its children, per request
};

/// "1.25ms", "830.00us", "1.02s" in microseconds.
double Microseconds(const char* text) {
  char unit[8] = {};
  double value = 0;
  if (std::sscanf(text, "%lf%7s", &value, unit) != 2) return 0;
  const std::string name = unit;
  return name == "us" ? value : name == "ms" ? value * 1e3 : value * 1e6;
}

/// Runs a command and hands each line to `take`.
template <typename Take>
void ForEachLine(const std::string& command, Take take) {
  FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return;
  char line[1024];
  while (std::fgets(line, sizeof line, pipe) != nullptr) take(line);
  ::pclose(pipe);
}

/// A server of the comparison, with what it prints going through a pipe to `cat`.
class Server {
 public:
  static std::unique_ptr<Server> Start(Rig& rig, const std::string& name,
                                       std::vector<std::string> argv, Environment environment,
                                       std::uint16_t port) {
    ProcessSpec spec;
    spec.name = spec.type = name;
    spec.port = port;
    spec.command.argv = {"/bin/sh", "-c", "\"$@\" | cat >/dev/null", "sh"};
    spec.command.argv.insert(spec.command.argv.end(), argv.begin(), argv.end());
    environment["PATH"] = kPath;
    environment["PORT"] = std::to_string(port);
    spec.environment = std::move(environment);
    spec.readiness = ReadyOnHttp{port, "/"};
    auto launched = rig.Launch(std::move(spec));
    if (!launched) return nullptr;
    auto instance = std::move(launched).value();
    rig.WaitUntil(
        [&] {
          const ProcessStatus status = instance->Snapshot();
          return status.ready.has_value() || status.over();
        },
        Deadline::After(rig.clock(), seconds(30)));
    if (!instance->Snapshot().ready) return nullptr;
    return std::unique_ptr<Server>(new Server(name, port, std::move(instance)));
  }

  const std::string& name() const { return name_; }
  std::uint16_t port() const { return port_; }
  double CpuSeconds() const {
    double sum = 0;
    for (const ProcessInfo& process : instance_->Tree()) {
      const bool of_the_pipe = process.command == "cat" || process.command.starts_with("/bin/sh");
      if (!of_the_pipe) sum += ToSeconds(process.cpu);
    }
    return sum;
  }

 private:
  Server(std::string name, std::uint16_t port, std::unique_ptr<Instance> instance)
      : name_(std::move(name)), port_(port), instance_(std::move(instance)) {}

  std::string name_;
  std::uint16_t port_;
  std::unique_ptr<Instance> instance_;
};

Figures Wrk(const Server& server, const std::string& path, int connections, int length,
            const std::string& script = {}) {
  const double cpu = server.CpuSeconds();
  Figures figures;
  double requests = 0;
  ForEachLine(
      fmt::format("exec wrk -t1 -c{} -d{}s --latency {} http://127.0.0.1:{}{} 2>&1", connections,
                  length, script.empty() ? "" : "-s " + script, server.port(), path),
      [&](const char* line) {
        char text[32] = {};
        double a = 0, b = 0, c = 0, d = 0;
        if (std::sscanf(line, " 50%% %31s", text) == 1) figures.p50_us = Microseconds(text);
        if (std::sscanf(line, " 99%% %31s", text) == 1) figures.p99_us = Microseconds(text);
        if (std::sscanf(line, " %lf requests in", &a) == 1) requests = a;
        if (std::sscanf(line, "Requests/sec: %lf", &a) == 1) figures.per_second = a;
        if (std::sscanf(line, " Non-2xx or 3xx responses: %lf", &a) == 1) figures.bad += a;
        if (std::sscanf(line, " Socket errors: connect %lf, read %lf, write %lf, timeout %lf", &a,
                        &b, &c, &d) == 4) {
          figures.bad += a + b + c + d;
        }
      });
  if (requests > 0) figures.cpu_us = (server.CpuSeconds() - cpu) * 1e6 / requests;
  return figures;
}

void Print(const std::string& what, int connections, const Figures& figures, double beside) {
  fmt::print("  {:34} {:5} {:8.0f} {:8.0f} {:8.0f} {:8.1f} {:6.0f}", what, connections,
             figures.per_second, figures.p50_us, figures.p99_us, figures.cpu_us, figures.bad);
  fmt::print("{}\n", beside > 0 ? fmt::format("   {:.2f}", figures.per_second / beside) : "");
  std::fflush(stdout);
}

void Title(const std::string& what, const std::string& beside) {
  fmt::print("\n{:36} {:>5} {:>8} {:>8} {:>8} {:>8} {:>6}   {}\n", what, "conns", "req/s", "p50 us",
             "p99 us", "CPU us", "bad", beside);
}

/// One POST; the answer's body.
nlohmann::json Post(Rig& rig, std::uint16_t port, const std::string& path,
                    const std::string& body) {
  auto connection = rig.Connect(port);
  if (!connection) return {};
  (*connection)
      ->Send(fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                         "application/json\r\nContent-Length: {}\r\n\r\n{}",
                         path, body.size(), body));
  HttpAnswer answer;
  rig.WaitUntil(
      [&] {
        answer = ParseAnswer((*connection)->Received(), false);
        return answer.complete;
      },
      Deadline::After(rig.clock(), seconds(30)));
  return nlohmann::json::parse(answer.body, nullptr, false);
}

class Bench {
 public:
  Bench(Rig& rig, std::string bin, int length) : rig_(rig), bin_(std::move(bin)), length_(length) {}

  bool Greeting() {
    const auto nginx = Nginx();
    const auto node = Node();
    const auto service = Service("twelve-service", {});
    if (!nginx || !node || !service) return Complain("nginx, node or twelve-service");
    Title("GET /", "of nginx");
    for (const int connections : {8, 64}) {
      for (int round = 0; round < kRounds; ++round) {
        double of_nginx = 0;
        for (const Server* server : {nginx.get(), node.get(), service.get()}) {
          const Figures figures = Wrk(*server, "/", connections, length_);
          if (server == nginx.get()) of_nginx = figures.per_second;
          Print(server->name(), connections, figures, of_nginx);
        }
      }
    }
    return true;
  }

  bool Sessions() {
    BackingOptions options;
    options.user = "default";  // redis-benchmark of Debian 12 cannot name another
    const auto redis = LaunchBacking(rig_, BackingServer::kRedis, options);
    if (!redis) return Complain(redis.error().message);
    const auto service = Service("session from Redis", {{"CACHE_URL", (*redis)->url()}});
    if (!service) return Complain("twelve-service");
    const auto session = Post(rig_, service->port(), "/api/v1/sessions",
                              R"({"user_id":"bench","data":{"cart":["apple","pear"]}})");
    if (!session.is_object() || !session.contains("session_id")) return Complain("a session");
    const std::string path = "/api/v1/sessions/" + session["session_id"].get<std::string>();
    Title("GET /api/v1/sessions/{id}", "of redis-benchmark");
    for (const int connections : {8, 64}) {
      for (int round = 0; round < kRounds; ++round) {
        const Figures limit = RedisBenchmark(**redis, connections);
        Print("redis-benchmark GET", connections, limit, 0);
        Print(service->name(), connections, Wrk(*service, path, connections, length_),
              limit.per_second);
      }
    }
    return true;
  }

  bool Items() {
    const auto postgres = LaunchBacking(rig_, BackingServer::kPostgres);
    if (!postgres) return Complain(postgres.error().message);
    const Environment environment = {{"DATABASE_URL", (*postgres)->url()}};
    const auto service = Service("item into PostgreSQL", environment);
    const auto directory = rig_.MakeDirectory("scripts");
    if (!service || !directory) return Complain("twelve-service");
    const std::string script = *directory + "/write.lua";
    std::ofstream(script) << "wrk.method = 'POST'\n"
                             "wrk.headers['Content-Type'] = 'application/json'\n"
                             "wrk.body = '{\"name\":\"bench\",\"quantity\":3}'\n";
    const std::string insert = *directory + "/insert.sql";
    std::ofstream(insert) << "INSERT INTO items (id, name, quantity, created_ms, updated_ms) "
                             "VALUES (gen_random_uuid(), 'bench', 3, 0, 0);\n";
    Title("POST /api/v1/items", "of pgbench");
    for (const int connections : {8, 64}) {
      for (int round = 0; round < kRounds; ++round) {
        const Figures limit = PgBench((*postgres)->url(), insert, connections);
        Print("pgbench INSERT", connections, limit, 0);
        Print(service->name(), connections,
              Wrk(*service, "/api/v1/items", connections, length_, script), limit.per_second);
      }
    }
    return true;
  }

 private:
  static bool Complain(const std::string& what) {
    fmt::print(stderr, "service_bench: could not start or get {}\n", what);
    return false;
  }

  std::unique_ptr<Server> Nginx() {
    const auto port = rig_.LeasePort();
    const auto directory = rig_.MakeDirectory("nginx");
    if (!port || !directory) return nullptr;
    std::ofstream(*directory + "/nginx.conf") << fmt::format(
        "daemon off;\nworker_processes 1;\npid {0}/nginx.pid;\nerror_log stderr;\n"
        "events {{ worker_connections 1024; }}\n"
        "http {{\n  access_log /dev/stdout;\n  keepalive_requests 1000000000;\n"
        "  client_body_temp_path {0};\n  proxy_temp_path {0};\n  fastcgi_temp_path {0};\n"
        "  uwsgi_temp_path {0};\n  scgi_temp_path {0};\n"
        "  server {{ listen 127.0.0.1:{1} backlog=1024; location / {{ return 200 'hello\\n'; }} "
        "}}\n}}\n",
        *directory, *port);
    return Server::Start(rig_, "nginx, 1 worker",
                         {"nginx", "-p", *directory, "-c", *directory + "/nginx.conf"}, {}, *port);
  }

  std::unique_ptr<Server> Node() {
    const auto port = rig_.LeasePort();
    if (!port) return nullptr;
    return Server::Start(rig_, "node", {"node", bin_ + "/../bench/logging_server.js"}, {}, *port);
  }

  std::unique_ptr<Server> Service(const std::string& name, Environment environment) {
    const auto port = rig_.LeasePort();
    if (!port || !Complete(environment) || !Migrate(environment)) return nullptr;
    return Server::Start(rig_, name, {bin_ + "/twelve-service", "web"}, std::move(environment),
                         *port);
  }

  /// Adds an embedded database of its own where none is named.
  bool Complete(Environment& environment) {
    const auto directory = rig_.MakeDirectory("service");
    if (!directory) return false;
    environment["HOST"] = "127.0.0.1";
    environment.try_emplace("DATABASE_URL", "sqlite://" + *directory + "/bench.db");
    return true;
  }

  bool Migrate(Environment environment) {
    ProcessSpec spec;
    spec.name = spec.type = "admin";
    spec.command.argv = {bin_ + "/twelve-service", "admin", "migrate"};
    environment["PATH"] = kPath;
    spec.environment = std::move(environment);
    const auto admin = rig_.Launch(std::move(spec));
    if (!admin) return false;
    rig_.WaitUntil([&] { return (*admin)->Snapshot().over(); },
                   Deadline::After(rig_.clock(), seconds(60)));
    const ProcessStatus status = (*admin)->Snapshot();
    return status.exit && *status.exit == ExitStatus{};
  }

  Figures RedisBenchmark(const BackingInstance& redis, int connections) const {
    const std::string& url = redis.url();
    const std::size_t colon = url.find(':', url.find("//"));
    const std::string password = url.substr(colon + 1, url.find('@') - colon - 1);
    Figures figures;
    // It counts requests, not seconds.
    ForEachLine(fmt::format("exec redis-benchmark -p {} -a {} -c {} -n {} -t get --csv 2>/dev/null",
                            redis.port(), password, connections, 30'000 * length_),
                [&](const char* line) {
                  double rps = 0, avg = 0, min = 0, p50 = 0, p95 = 0, p99 = 0;
                  if (std::sscanf(line, "\"GET\",\"%lf\",\"%lf\",\"%lf\",\"%lf\",\"%lf\",\"%lf\"",
                                  &rps, &avg, &min, &p50, &p95, &p99) == 6) {
                    figures = {rps, p50 * 1e3, p99 * 1e3, 0, 0};
                  }
                });
    return figures;
  }

  Figures PgBench(const std::string& url, const std::string& script, int connections) const {
    Figures figures;
    ForEachLine(fmt::format("PATH=\"$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)\" pgbench "
                            "-n -M prepared -c {} -j 1 -T {} -f {} '{}' 2>/dev/null",
                            connections, length_, script, url),
                [&](const char* line) {
                  double value = 0;
                  if (std::sscanf(line, "tps = %lf", &value) == 1) figures.per_second = value;
                  if (std::sscanf(line, "latency average = %lf", &value) == 1) {
                    figures.p50_us = value * 1e3;
                  }
                });
    return figures;
  }

  Rig& rig_;
  const std::string bin_;
  const int length_;
};

int Run(int length) {
  const char* bin = std::getenv("TWELVE_BIN");
  if (bin == nullptr) {
    fmt::print(stderr, "service_bench: set TWELVE_BIN to the directory of twelve-service\n");
    return 2;
  }
  auto rig = LiveRig::Create({});
  if (!rig) {
    fmt::print(stderr, "service_bench: {}\n", rig.error().message);
    return 2;
  }
  Bench bench(**rig, bin, length);
  const bool greeted = bench.Greeting();
  const bool read = bench.Sessions();
  const bool wrote = bench.Items();
  return greeted && read && wrote ? 0 : 2;
}

}  // namespace
}  // namespace twelve

int main(int argc, char** argv) {
  const int length = argc > 1 ? std::atoi(argv[1]) : 4;
  return twelve::Run(length > 0 ? length : 4);
}
