#include "harness/rig/haproxy_router.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace twelve {
namespace {

constexpr Duration kPatience = std::chrono::seconds(5);
constexpr Duration kStartPatience = std::chrono::seconds(10);
constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

long Ms(Duration duration) {
  return static_cast<long>(ToMs(duration));
}

std::vector<std::string> Split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = std::min(text.find(by), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

std::uint64_t NumberOf(const std::map<std::string, std::string>& row, const std::string& key) {
  const auto found = row.find(key);
  return found == row.end() ? 0 : std::strtoull(found->second.c_str(), nullptr, 10);
}

}  // namespace

std::string HaproxyRouter::NameOf(std::size_t slot) {
  return fmt::format("process{}", slot + 1);
}

std::string HaproxyRouter::Configuration(const RouterPlan& plan, std::uint16_t port,
                                         std::uint16_t control, std::uint16_t alive) {
  const bool least = plan.policy == RouterPolicy::kLeastConnections;
  std::string text = fmt::format(
      "global\n  stats socket ipv4@127.0.0.1:{} level admin\n  nbthread 1\n\n"
      "defaults\n  mode http\n  option http-keep-alive\n  option forwardfor\n"
      "  timeout client {}ms\n  timeout http-request {}ms\n  timeout http-keep-alive {}ms\n"
      "  timeout connect {}ms\n  timeout server {}ms\n  timeout check 1s\n\n"
      "listen alive\n  bind 127.0.0.1:{}\n  http-request return status 200\n\n",
      control, Ms(plan.idle_timeout), Ms(plan.head_timeout), Ms(plan.idle_timeout),
      Ms(plan.connect_timeout), Ms(plan.answer_timeout), alive);
  text += fmt::format(
      "frontend clients\n  bind {}:{}\n  http-request set-header X-Forwarded-Proto http\n"
      "  http-request set-header X-Forwarded-Host %[req.hdr(host)]\n"
      "  unique-id-format %[uuid]\n"
      "  http-request set-header X-Request-Id %[unique-id] unless {{ req.hdr(x-request-id) -m "
      "found "
      "}}\n  default_backend processes\n\n",
      plan.listen.address, port);
  text += fmt::format("backend processes\n  balance {}\n", least ? "leastconn" : "roundrobin");
  if (plan.sticky) text += fmt::format("  cookie {} insert nocache\n", Router::kStickyCookie);
  if (plan.retry_elsewhere) {
    text += "  retry-on conn-failure empty-response\n  retries 3\n  option redispatch 1\n";
  }
  std::string server;
  if (plan.probe_readiness) {
    text += fmt::format("  option httpchk GET {}\n  http-check expect status 200-299\n",
                        plan.ready_path);
    server = fmt::format("check inter {}ms fall {} rise {}", Ms(plan.probe_period), plan.fall,
                         plan.rise);
  }
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    text += fmt::format("  server {} 127.0.0.1:1 {} disabled{}\n", NameOf(slot), server,
                        plan.sticky ? " cookie " + NameOf(slot) : "");
  }
  return text;
}

Result<std::unique_ptr<Router>> HaproxyRouter::Start(Rig& rig, const RouterPlan& plan) {
  if (Status valid = Validate(plan); !valid) return valid.error();
  std::unique_ptr<HaproxyRouter> router(new HaproxyRouter(rig, plan));
  router->slots_.resize(kSlots);
  router->started_ = rig.clock().Now();
  router->port_ = plan.listen.port;
  std::uint16_t alive = 0;
  for (std::uint16_t* port : {&router->port_, &router->control_, &alive}) {
    if (*port != 0) continue;
    const auto leased = rig.LeasePort();
    if (!leased) return leased.error();
    *port = *leased;
  }
  const auto directory = rig.MakeDirectory("haproxy");
  if (!directory) return directory.error();
  const std::string file = *directory + "/haproxy.cfg";
  std::ofstream(file) << Configuration(plan, router->port_, router->control_, alive);
  ProcessSpec spec;
  spec.name = fmt::format("haproxy.{}", router->port_);
  spec.type = "haproxy";
  spec.command.argv = {"haproxy", "-db", "-f", file};
  spec.environment = {{"PATH", kPath}};
  spec.directory = *directory;
  spec.port = router->port_;
  spec.readiness = ReadyOnHttp{alive, "/"};
  auto launched = rig.Launch(spec);
  if (!launched) return launched.error();
  router->haproxy_ = std::move(launched).value();
  const auto status = [&] { return router->haproxy_->Snapshot(); };
  rig.WaitUntil([&] { return status().ready.has_value() || status().over(); },
                Deadline::After(rig.clock(), kStartPatience));
  if (!status().ready) {
    if (status().start_error) return *status().start_error;
    std::string said;
    for (const LogLine& line : router->haproxy_->Logs(5)) said += " " + line.text;
    return InvalidError("HAProxy did not start:" + said);
  }
  if (Status set = router->SetTargets(plan.targets); !set) return set.error();
  return std::unique_ptr<Router>(std::move(router));
}

Result<std::string> HaproxyRouter::Ask(const std::string& commands) const {
  auto connection = rig_.Connect(control_);
  if (!connection) return connection.error();
  (*connection)->Send(commands + "\n");
  const bool answered = rig_.WaitUntil([&] { return (*connection)->ended().has_value(); },
                                       Deadline::After(rig_.clock(), kPatience));
  if (!answered) return Error{ErrorCode::kTimeout, "HAProxy does not answer", {}, 0};
  if ((*connection)->state() != Connection::State::kEnded) {
    return Error{ErrorCode::kClosed, "HAProxy is gone", {}, 0};
  }
  return (*connection)->Received();
}

Status HaproxyRouter::SetTargets(std::vector<LoadTarget> targets) {
  std::string commands;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (!slot.listed || std::count(targets.begin(), targets.end(), slot.target) > 0) continue;
    slot.listed = false;
    commands += fmt::format("set server processes/{} state drain;", NameOf(i));
  }
  for (const LoadTarget& target : targets) {
    const auto same = [&](const Slot& slot) { return slot.listed && slot.target == target; };
    if (std::any_of(slots_.begin(), slots_.end(), same)) continue;
    // Best one that was never used: what is drained may still have requests under way.
    auto free = std::find_if(slots_.begin(), slots_.end(),
                             [](const Slot& slot) { return slot.target.port == 0; });
    if (free == slots_.end()) {
      free =
          std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.listed; });
    }
    if (free == slots_.end()) {
      return InvalidError(fmt::format("HAProxy is given at most {} processes here", kSlots));
    }
    *free = {target, true, false};
    const std::string name = NameOf(static_cast<std::size_t>(free - slots_.begin()));
    commands +=
        fmt::format("set server processes/{} addr {} port {};", name, target.address, target.port);
    commands += fmt::format("set server processes/{} state ready;", name);
  }
  if (commands.empty()) return {};
  const auto answer = Ask(commands);
  return answer ? Status() : Status(answer.error());
}

Status HaproxyRouter::Drain(const std::string& name, bool draining) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].listed || slots_[i].target.name != name) continue;
    slots_[i].draining = draining;
    const auto answer = Ask(
        fmt::format("set server processes/{} state {}", NameOf(i), draining ? "drain" : "ready"));
    return answer ? Status() : Status(answer.error());
  }
  return Error{ErrorCode::kNotFound, "the router knows no process named " + name, {}, 0};
}

std::map<std::string, std::map<std::string, std::string>> HaproxyRouter::ParseStatistics(
    std::string_view csv) {
  std::map<std::string, std::map<std::string, std::string>> servers;
  const std::vector<std::string> lines = Split(csv, '\n');
  std::vector<std::string> keys;
  for (const std::string& line : lines) {
    if (line.starts_with("# ")) keys = Split(std::string_view(line).substr(2), ',');
    if (line.empty() || line[0] == '#' || keys.size() < 2) continue;
    const std::vector<std::string> values = Split(line, ',');
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < std::min(keys.size(), values.size()); ++i) row[keys[i]] = values[i];
    servers[row["pxname"] + "/" + row["svname"]] = std::move(row);
  }
  return servers;
}

std::shared_ptr<const RouterSnapshot> HaproxyRouter::Snapshot() const {
  auto snapshot = std::make_shared<RouterSnapshot>();
  snapshot->started = started_;
  snapshot->taken = rig_.clock().Now();
  snapshot->port = port_;
  snapshot->policy = plan_.policy;
  snapshot->sticky = plan_.sticky;
  const auto answer = Ask("show stat");
  const auto rows = ParseStatistics(answer ? std::string_view(*answer) : std::string_view());
  const auto row = [&](const std::string& name) {
    const auto found = rows.find(name);
    return found == rows.end() ? std::map<std::string, std::string>() : found->second;
  };
  const auto front = row("clients/FRONTEND");
  snapshot->clients = NumberOf(front, "conn_tot");
  snapshot->open_clients = static_cast<int>(NumberOf(front, "scur"));
  snapshot->rejected = NumberOf(front, "ereq");
  snapshot->rate_per_second = static_cast<double>(NumberOf(front, "req_rate"));
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto of = row("processes/" + NameOf(i));
    RouterTargetState state;
    state.target = slots_[i].target;
    state.listed = slots_[i].listed;
    state.draining = slots_[i].draining;
    state.in_flight = static_cast<int>(NumberOf(of, "scur"));
    if (!state.listed && state.in_flight == 0) continue;
    const auto status = of.find("status");
    state.ready =
        status != of.end() && (status->second.starts_with("UP") || status->second == "no check");
    if (!state.ready) {
      state.why = status == of.end() ? "HAProxy does not answer" : "HAProxy says " + status->second;
    }
    state.requests = NumberOf(of, "stot");
    for (int kind = 1; kind <= 5; ++kind) {
      state.answers[kind] = NumberOf(of, fmt::format("hrsp_{}xx", kind));
      snapshot->answered += state.answers[kind];
    }
    state.refused = NumberOf(of, "econ");
    state.broken = NumberOf(of, "eresp");
    state.retried = NumberOf(of, "wretr") + NumberOf(of, "wredis");
    state.kept = static_cast<int>(NumberOf(of, "idle_conn_cur"));
    state.rate_per_second = static_cast<double>(NumberOf(of, "rate"));
    snapshot->retried += state.retried;
    snapshot->in_flight += state.in_flight;
    snapshot->targets.push_back(std::move(state));
  }
  snapshot->no_target = snapshot->failed = 0;
  const std::uint64_t all = NumberOf(front, "req_tot");
  const std::uint64_t errors = NumberOf(front, "hrsp_5xx");
  std::uint64_t theirs = 0;
  for (const RouterTargetState& state : snapshot->targets) theirs += state.answers[5];
  snapshot->failed = errors - std::min(errors, theirs);  // those that HAProxy answered itself
  snapshot->requests = all - std::min(all, snapshot->rejected);
  return snapshot;
}

}  // namespace twelve
