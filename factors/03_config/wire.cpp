#include "factors/03_config/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "factors/03_config/exposure.h"

namespace twelve::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kNoticesWithin = seconds(10);
constexpr Duration kMigratesWithin = seconds(30);
constexpr Duration kAskEvery = milliseconds(50);
constexpr std::size_t kShownLines = 12;
constexpr const char* kUser = "shop";
constexpr const char* kDatabase = "shop";

bool TellsOfTheOutage(const LogLine& line) {
  return line.text.find("cannot connect") != std::string::npos;
}

std::vector<HttpAsk> AsksDuringTheOutage(const std::string& key) {
  const std::vector<std::string> headers = {"Authorization: Bearer " + key,
                                            "Content-Type: application/json"};
  return {{"GET", "/ready", "", {}},
          {"GET", "/api/v1/items", "", headers},
          {"POST", "/api/v1/items", R"({"name":"Apple"})", headers},
          {"GET", "/config", "", {}},
          {"GET", "/debug/vars", "", {}}};
}

}  // namespace

Status Wire::Start(Lab& lab) {
  if (port_ != 0) return {};
  password_ = MakeCanary("password");
  lab.waiting = "starting a private PostgreSQL";
  if (lab.progress) lab.progress();
  BackingOptions options;
  options.user = kUser;
  options.password = password_;
  options.database = kDatabase;
  options.durable = false;
  Result<std::unique_ptr<BackingInstance>> postgres =
      LaunchBacking(lab.rig, BackingServer::kPostgres, options);
  if (!postgres && postgres.error().code != ErrorCode::kNotFound) return postgres.error();
  if (!postgres) {
    // Leased and never listened on: whoever connects is refused.
    Result<std::uint16_t> refusing = lab.rig.LeasePort();
    if (!refusing) return refusing.error();
    port_ = *refusing;
    return {};
  }
  ProxyPlan plan;
  plan.target.port = (*postgres)->port();
  Result<std::unique_ptr<FaultProxy>> proxy = lab.rig.StartProxy(plan);
  if (!proxy) return proxy.error();
  postgres_ = std::move(postgres).value();
  proxy_ = std::move(proxy).value();
  port_ = proxy_->port();
  return {};
}

std::string Wire::Url() const {
  return fmt::format("postgres://{}:{}@127.0.0.1:{}/{}", kUser, password_, port_, kDatabase);
}

void Wire::Migrate(Lab& lab) {
  if (migrated_ || !postgres_) return;
  ProcessSpec admin;
  admin.name = "admin.1";
  admin.type = "admin";
  admin.command.argv = {lab.programs.service, "admin", "migrate"};
  admin.command.line = ShellQuote(admin.command.argv);
  admin.environment = {{"DATABASE_URL", Url()}};
  Result<std::unique_ptr<Instance>> launched = lab.rig.Launch(std::move(admin));
  if (!launched) return;
  migrated_ = lab.Wait([&] { return (*launched)->Snapshot().over(); }, kMigratesWithin,
                       "waiting for admin migrate");
}

bool Wire::AwaitStatus(Lab& lab, std::uint16_t port, int status, const std::string& what) {
  const Deadline deadline = Deadline::After(lab.rig.clock(), kNoticesWithin);
  while (!lab.rig.cancelled() && !deadline.Passed(lab.rig.clock())) {
    if (Get(lab.rig, port, "/ready", deadline).status == status) return true;
    lab.Watch(kAskEvery, what);
  }
  return false;
}

void Wire::Observe(Lab& lab, const Probe& probe, const std::string& key, WireFacts& facts) {
  facts.noticed = AwaitStatus(lab, probe.port, 503, "waiting until the service notices");
  facts.logged = lab.Wait(
      [&] {
        const std::vector<LogLine> lines = LinesSince(*probe.instance, probe.launched);
        return std::any_of(lines.begin(), lines.end(), TellsOfTheOutage);
      },
      kNoticesWithin, "waiting for a line of the log");
  facts.looks = LookFor(lab,
                        {probe.instance.get(),
                         probe.port,
                         probe.launched,
                         probe.directory,
                         lab.programs.service,
                         AsksDuringTheOutage(key),
                         {}},
                        password_);
  facts.alive = !probe.instance->Snapshot().leader_ended;
  lines_.clear();
  for (const LogLine& line : LinesSince(*probe.instance, probe.launched)) {
    if (TellsOfTheOutage(line) && lines_.size() < kShownLines) lines_.push_back(line.text);
  }
}

WireFacts Wire::Measure(Lab& lab) {
  WireFacts facts;
  facts.real = postgres_ != nullptr;
  facts.database = fmt::format("{} 127.0.0.1:{}", facts.real ? "PostgreSQL" : "the port", port_);
  Migrate(lab);
  const std::string key = MakeCanary("key");
  Result<Probe> probe = LaunchProbe(lab, "wire.1",
                                    {{"API_KEY", key},
                                     {"DATABASE_URL", Url()},
                                     {"SERVICE_NAME", "shop"},
                                     {"BACKING_TIMEOUT", "1s"},
                                     {"DRAIN_DELAY_MS", "0"}});
  if (!probe) {
    facts.trouble = probe.error().message;
    return facts;
  }
  if (!AwaitReady(lab, *probe)) {
    facts.trouble = WhyNotReady("wire.1", probe->instance->Snapshot());
    return facts;
  }
  if (!facts.real) {
    Observe(lab, *probe, key, facts);
    return facts;
  }
  if (!AwaitStatus(lab, probe->port, 200, "waiting until the service has its database")) {
    facts.trouble = "wire.1 is not ready although its database answers: GET /ready says " +
                    BodyOf(lab, probe->port, "/ready");
    return facts;
  }
  lab.Note("wire.1", "wire cut", "the wire to PostgreSQL is cut", true);
  Fault refuse, reset;
  refuse.kind = Fault::Kind::kRefuse;
  reset.kind = Fault::Kind::kReset;
  (void)proxy_->Add(refuse);
  (void)proxy_->Add(reset);
  Observe(lab, *probe, key, facts);
  proxy_->Clear();
  lab.Note("wire.1", "wire mended", "the wire to PostgreSQL is mended");
  const TimePoint mended = lab.Now();
  if (AwaitStatus(lab, probe->port, 200, "waiting until the service is ready again")) {
    facts.back_ms = ToMs(lab.Now() - mended);
  }
  return facts;
}

}  // namespace twelve::config
