#include "factors/04_backing_services/step_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace twelve::backing_services {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAliveWithin = seconds(20);
constexpr Duration kServedWithin = seconds(6);     // after a plug was moved
constexpr Duration kBackWithin = seconds(8);       // after a service is there again
constexpr Duration kSilence = seconds(8);          // until requests must have ended
constexpr Duration kOneAnswer = seconds(4);        // of what must be prompt
constexpr Duration kPortFreeWithin = seconds(10);  // another experiment may listen there
constexpr Duration kWhileStarting = milliseconds(500);
constexpr int kSilenced = 8;                // requests at once: twice the pool
constexpr std::uint16_t kAgentPort = 4317;  // of OTLP, where telemetry agents listen

HttpAsk Item(const std::string& id) {
  return {.path = "/api/v1/items/" + id};
}
HttpAsk Session(const std::string& id) {
  return {.path = "/api/v1/sessions/" + id};
}
HttpAsk Plain() {
  return {.path = "/delay/0"};  // needs no backing service
}
HttpAsk Health() {
  return {.path = "/health"};
}

std::string NotStored(const char* what, const Answered& said) {
  return fmt::format("The {} was not stored: {} after {:.1f} s.", what,
                     said.status == 0 ? "no answer" : std::to_string(said.status), said.ms / 1000);
}

std::string Relaunch(Lab& lab) {
  lab.Note("web.1", "relaunch", "web.1 relaunched");
  const Status launched = lab.FindDeploy("web")->Relaunch("web.1");
  return launched ? "" : launched.error().message;
}

/// From now to the first answer 200; -1 when there is none in time.
double TimeToGood(const Bench& bench, const HttpAsk& ask, Answered& last) {
  const TimePoint begun = bench.lab.Now();
  const Deadline deadline = Deadline::After(bench.lab.rig.clock(), kBackWithin);
  while (!bench.lab.rig.cancelled()) {
    last = bench.prober.AskUntilServed(ask, deadline.Left(bench.lab.rig.clock()));
    if (last.status == 200) return ToMs(bench.lab.Now() - begun);
    if (deadline.Passed(bench.lab.rig.clock())) return -1;
    bench.lab.Watch(milliseconds(100), "asking until the answer is good");
  }
  return -1;
}

}  // namespace

std::string AwaitAlive(Lab& lab) {
  const bool settled = lab.Wait([&] { return lab.AllReady() || lab.AnyOver(); }, kAliveWithin,
                                "waiting until web lives");
  if (settled && lab.AllReady()) return {};
  return "web does not live: " + lab.NotReady() + ".";
}

SwapFacts Swap(const Bench& bench) {
  SwapFacts facts;
  const std::vector<std::string> databases = bench.plugs.Choices("database");
  const std::vector<std::string> caches = bench.plugs.Choices("cache");
  facts.database_a = databases[0];
  facts.database_b = databases[1];
  facts.cache_a = caches[0];
  facts.cache_b = caches[1];
  Answered said;
  const std::string item = bench.prober.StoreItem(said);
  if (item.empty()) facts.trouble = NotStored("item", said);
  if (!facts.trouble.empty()) return facts;
  const std::string session = bench.prober.StoreSession(said);
  if (session.empty()) facts.trouble = NotStored("session", said);
  const auto look = [&](const std::string& database, const std::string& cache, Answered& of_item,
                        Answered& of_session) {
    if (!facts.trouble.empty()) return;
    if (Status moved = bench.plug(database, cache); !moved) facts.trouble = moved.error().message;
    if (facts.trouble.empty()) facts.trouble = AwaitAlive(bench.lab);
    if (!facts.trouble.empty()) return;
    of_item = bench.prober.AskUntilServed(Item(item), kServedWithin);
    of_session = bench.prober.AskUntilServed(Session(session), kServedWithin);
    bench.prober.LookAtWires(kOneAnswer);
  };
  look(databases[1], caches[0], facts.item_on_b, facts.session_beside);
  look(databases[0], caches[1], facts.item_beside, facts.session_on_b);
  look(databases[0], caches[0], facts.item_back, facts.session_back);
  return facts;
}

AbsentFacts StartWithout(const Bench& bench) {
  AbsentFacts facts;
  facts.limit_ms = ToMs(kBackWithin);
  if (!bench.plugs.has_postgres()) {
    facts.missing = bench.plugs.missing();
    return facts;
  }
  Answered said;
  const std::string item = bench.prober.StoreItem(said);
  if (item.empty()) {
    facts.trouble = NotStored("item", said);
    return facts;
  }
  bench.lab.Note("", "refused", "the path to the database refuses connections", true);
  const Result<FaultId> fault = bench.plugs.path().Add({.kind = Fault::Kind::kRefuse});
  facts.trouble = fault ? Relaunch(bench.lab) : fault.error().message;
  if (facts.trouble.empty()) {
    facts.lived = AwaitAlive(bench.lab).empty();
    facts.item = bench.prober.Ask(Item(item), kOneAnswer);
    facts.plain = bench.prober.Ask(Plain(), kOneAnswer);
    bench.prober.LookAtWires(kOneAnswer);
  }
  bench.plugs.path().Clear();
  bench.lab.Note("", "allowed", "the path to the database is clear");
  Answered last;
  if (facts.trouble.empty()) facts.back_ms = TimeToGood(bench, Item(item), last);
  return facts;
}

SilenceFacts Silence(const Bench& bench) {
  SilenceFacts facts;
  facts.limit_ms = ToMs(kSilence);
  if (!bench.plugs.has_postgres()) {
    facts.missing = bench.plugs.missing();
    return facts;
  }
  Lab& lab = bench.lab;
  facts.trouble = Relaunch(lab);
  if (facts.trouble.empty()) facts.trouble = AwaitAlive(lab);
  Answered said;
  const std::string item = facts.trouble.empty() ? bench.prober.StoreItem(said) : "";
  if (item.empty() && facts.trouble.empty()) facts.trouble = NotStored("item", said);
  if (!facts.trouble.empty()) return facts;
  lab.Note("", "silent", "the path to the database takes connections and answers nothing", true);
  if (const auto fault = bench.plugs.path().Add({.kind = Fault::Kind::kStall}); !fault) {
    facts.trouble = fault.error().message;
    return facts;
  }
  const TimePoint begun = lab.Now();
  std::vector<std::unique_ptr<Connection>> requests;
  for (int i = 0; i < kSilenced; ++i) {
    auto connection = lab.rig.Connect(bench.prober.port());
    if (!connection) continue;
    (*connection)
        ->Send("GET " + Item(item).path +
               " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    requests.push_back(std::move(connection).value());
  }
  facts.sent = static_cast<int>(requests.size());
  facts.health = bench.prober.Ask(Health(), kOneAnswer);
  facts.plain = bench.prober.Ask(Plain(), kOneAnswer);
  bench.prober.LookAtWires(kOneAnswer);
  const auto ended = [&](const std::unique_ptr<Connection>& request) {
    return ParseAnswer(request->Received(), request->ended().has_value()).complete;
  };
  (void)lab.Wait([&] { return std::all_of(requests.begin(), requests.end(), ended); },
                 kSilence - (lab.Now() - begun), "waiting until all requests have ended");
  for (const auto& request : requests) {
    if (!ended(request)) continue;
    ++facts.ended;
    facts.slowest_ms = std::max(facts.slowest_ms, ToMs(*request->last_byte() - begun));
  }
  bench.plugs.path().Clear();
  lab.Note("", "clear", "the path to the database is clear");
  return facts;
}

FailoverFacts Failover(const Bench& bench) {
  FailoverFacts facts;
  facts.limit_ms = ToMs(kBackWithin);
  if (!bench.plugs.has_postgres()) {
    facts.missing = bench.plugs.missing();
    return facts;
  }
  Lab& lab = bench.lab;
  facts.trouble = Relaunch(lab);
  if (facts.trouble.empty()) facts.trouble = AwaitAlive(lab);
  Answered said;
  const std::string item = facts.trouble.empty() ? bench.prober.StoreItem(said) : "";
  if (item.empty() && facts.trouble.empty()) facts.trouble = NotStored("item", said);
  if (!facts.trouble.empty()) return facts;
  lab.Note("", "restart", "the database is restarted", true);
  const TimePoint begun = lab.Now();
  const Status restarted = bench.plugs.postgres_a().Restart(
      "restarted by the step", Deadline::After(lab.rig.clock(), kAliveWithin));
  if (!restarted) {
    facts.trouble = restarted.error().message;
    return facts;
  }
  facts.down_ms = ToMs(lab.Now() - begun);
  lab.Note("", "back", "the database answers again");
  facts.back_ms = TimeToGood(bench, Item(item), facts.last);
  bench.prober.LookAtWires(kOneAnswer);
  return facts;
}

EgressFacts ListenAtStart(const Bench& bench) {
  EgressFacts facts;
  facts.port = kAgentPort;
  Lab& lab = bench.lab;
  // It passes on what it takes to a port of our own where nobody listens.
  Result<std::uint16_t> nobody = lab.rig.LeasePort();
  if (!nobody) {
    facts.trouble = nobody.error().message;
    return facts;
  }
  ProxyPlan plan;
  plan.listen.port = kAgentPort;
  plan.target.port = *nobody;
  Result<std::unique_ptr<FaultProxy>> listener = lab.rig.StartProxy(plan);
  const Deadline deadline = Deadline::After(lab.rig.clock(), kPortFreeWithin);
  while (!listener && !deadline.Passed(lab.rig.clock()) && !lab.rig.cancelled()) {
    lab.Watch(milliseconds(100), "waiting until port 4317 is free");
    listener = lab.rig.StartProxy(plan);
  }
  if (!listener) {
    facts.trouble = listener.error().message;
    return facts;
  }
  facts.trouble = Relaunch(lab);
  if (facts.trouble.empty()) facts.trouble = AwaitAlive(lab);
  lab.Watch(kWhileStarting, "listening while web starts");
  facts.connections = static_cast<int>((*listener)->Snapshot()->accepted);
  return facts;
}

}  // namespace twelve::backing_services
