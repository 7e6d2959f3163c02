#include "factors/10_dev_prod_parity/experiment.h"

#include <fmt/format.h>

#include <chrono>

#include <nlohmann/json.hpp>

#include "factors/10_dev_prod_parity/judge.h"
#include "factors/10_dev_prod_parity/parity.h"
#include "factors/10_dev_prod_parity/steps.h"
#include "factors/10_dev_prod_parity/violations.h"
#include "factors/lab/lab_experiment.h"
#include "harness/backing/backing_instance.h"

namespace twelve {
namespace parity {
namespace {

using std::chrono::seconds;

constexpr Duration kWithin = seconds(30);
constexpr int kUsers = 100;
constexpr const char* kFlag = "new_checkout";
constexpr std::size_t kMaxLines = 2000;

class ParityExperiment final : public LabExperiment {
 public:
  explicit ParityExperiment(ProgramPaths programs)
      : LabExperiment(10, kDevProdParityViolations, std::move(programs)),
        declared_(CompareEnvironments(ExampleEnvironments())) {}

 private:
  Status SetUp(Lab& lab) override {
    if (Status dev = AddEnvironment(lab, "dev", "development", 25); !dev) return dev;
    return AddEnvironment(lab, "production", "production", 50);
  }

  /// A database of its own for each: PostgreSQL, or SQLite for all where that is not installed.
  Result<std::string> MakeDatabase(Lab& lab, const std::string& name) {
    BackingOptions options;
    options.durable = false;
    Result<std::unique_ptr<BackingInstance>> postgres =
        LaunchBacking(lab.rig, BackingServer::kPostgres, options);
    if (postgres) {
      servers_.push_back(std::move(postgres).value());
      return servers_.back()->url();
    }
    if (postgres.error().code != ErrorCode::kNotFound) return postgres.error();
    return MakeSqlite(lab, name);
  }

  static Result<std::string> MakeSqlite(Lab& lab, const std::string& name) {
    Result<std::string> directory = lab.rig.MakeDirectory(name);
    if (!directory) return directory.error();
    return "sqlite://" + *directory + "/app.db";
  }

  static Status Migrate(Lab& lab, const std::string& url) {
    ProcessSpec admin;
    admin.name = "admin.1";
    admin.type = "admin";
    admin.command.argv = {lab.programs.service, "admin", "migrate"};
    admin.command.line = ShellQuote(admin.command.argv);
    admin.environment = {{"DATABASE_URL", url}};
    Result<std::unique_ptr<Instance>> launched = lab.rig.Launch(std::move(admin));
    if (!launched) return launched.error();
    (void)lab.Wait([&] { return (*launched)->Snapshot().over(); }, kWithin,
                   "waiting for admin migrate");
    const ProcessStatus status = (*launched)->Snapshot();
    if (status.exit == ExitStatus{}) return {};
    return Error{ErrorCode::kClosed, "admin migrate did not succeed: " + status.reason, {}, 0};
  }

  Status AddEnvironment(Lab& lab, const char* type, const char* name, int percent) {
    Result<std::string> url = MakeDatabase(lab, type);
    if (!url) return url.error();
    if (Status migrated = Migrate(lab, *url); !migrated) return migrated;
    DeploySpec deploy;
    deploy.type = type;
    deploy.argv = {lab.programs.service, "web"};
    deploy.environment = {
        {"HOST", "127.0.0.1"},
        {"DATABASE_URL", *url},
        {"APP_ENV", name},
        {"DRAIN_DELAY_MS", "0"},
        {"RELEASE_ID", "v1"},
        {"FEATURE_FLAGS",
         fmt::format(R"({{"{}": {{"enabled": true, "percent": {}}}}})", kFlag, percent)}};
    deploy.ready_path = "/health";
    deploy.ready_timeout = kWithin;
    Result<Deploy*> added = lab.AddDeploy(std::move(deploy));
    return added ? Status() : Status(added.error());
  }

  std::span<const LabStep> Steps() const override { return parity::Steps(); }

  StepResult RunStep(Lab& lab, std::string_view id) override {
    if (id == "environments") return JudgeEnvironments(declared_);
    if (id == "same-search") {
      dev_ = Search(lab, lab.Find("dev.1"));
      production_ = Search(lab, lab.Find("production.1"));
      return JudgeSameSearch(dev_, production_);
    }
    if (id == "other-kind") return OtherKind(lab);
    if (id == "rollout") return Rollout(lab);
    return Server(lab);
  }

  void AddPanels(const Lab&, Scene& scene) const override {
    TablePanel searches;
    searches.title = "One search, \"apple\", where \"Apple\" is";
    searches.columns = {"Process", "Database", "Finds", "Status"};
    for (const SearchFacts* facts : {&dev_, &production_, &sqlite_}) {
      if (facts->name.empty()) continue;
      const Mark mark = facts->found > 0 ? Mark::kGood : Mark::kBad;
      searches.rows.push_back({facts->name, facts->kind, fmt::format("{}", facts->found),
                               fmt::format("{}", facts->status)});
      searches.marks.push_back({Mark::kNone, Mark::kNone, mark});
    }
    if (searches.rows.empty()) searches.rows.push_back({"Step 2 searches.", "", "", ""});
    scene.panels.emplace_back(std::move(searches));
    TablePanel table;
    table.title = "Declared environments: what differs";
    table.columns = {"Field"};
    table.columns.insert(table.columns.end(), declared_.environments.begin(),
                         declared_.environments.end());
    table.columns.insert(table.columns.end(), {"May it?", "Why"});
    for (const ParityRow& row : declared_.rows) {
      if (!row.differs) continue;
      std::vector<std::string> cells = {row.field};
      cells.insert(cells.end(), row.values.begin(), row.values.end());
      cells.insert(cells.end(), {row.may_differ ? "may" : "must not", row.why});
      table.marks.push_back(std::vector<Mark>(cells.size(), Mark::kNone));
      table.marks.back()[cells.size() - 2] = row.may_differ ? Mark::kGood : Mark::kBad;
      table.rows.push_back(std::move(cells));
    }
    scene.panels.emplace_back(std::move(table));
  }

  static SearchFacts Search(Lab& lab, const Instance* instance) {
    SearchFacts facts;
    if (instance == nullptr) {
      facts.trouble = "A process is missing.";
      return facts;
    }
    const ProcessStatus status = instance->Snapshot();
    facts.name = status.name;
    const Deadline deadline = Deadline::After(lab.rig.clock(), kWithin);
    // The kind that runs, as the service says it at its start: not what it was told to use.
    for (const LogLine& line : instance->Logs(kMaxLines)) {
      const auto event = nlohmann::json::parse(line.text, nullptr, false);
      if (!event.is_object() || event.value("event_type", "") != "starting") continue;
      const std::string place = event["data"].value("database", "");
      facts.kind = place.substr(0, place.find(':'));
    }
    (void)Ask(lab.rig, status.port,
              {"PUT",
               "/api/v1/items/apple-1",
               R"({"name":"Apple","quantity":3})",
               {"Content-Type: application/json"}},
              deadline);
    const HttpAnswer answer =
        Ask(lab.rig, status.port, {"GET", "/api/v1/items?search=apple", "", {}}, deadline);
    facts.status = answer.status;
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (body.is_object() && body.contains("items")) {
      facts.found = static_cast<int>(body["items"].size());
    }
    return facts;
  }

  StepResult OtherKind(Lab& lab) {
    SearchFacts failed;
    Result<std::string> url = MakeSqlite(lab, "laptop");
    Result<std::uint16_t> port = lab.rig.LeasePort();
    if (!url || !port) {
      failed.trouble = url ? port.error().message : url.error().message;
      return JudgeOtherKind(failed, failed, false);
    }
    if (Status migrated = Migrate(lab, *url); !migrated) {
      failed.trouble = migrated.error().message;
      return JudgeOtherKind(failed, failed, false);
    }
    ProcessSpec process;
    process.name = "laptop.1";
    process.type = "laptop";
    process.command.argv = lab.ServiceCommand("web");
    process.command.line = ShellQuote(process.command.argv);
    process.environment = {{"HOST", "127.0.0.1"},
                           {"PORT", std::to_string(*port)},
                           {"DATABASE_URL", *url},
                           {"DRAIN_DELAY_MS", "0"}};
    process.port = *port;
    process.readiness = ReadyOnHttp{*port, "/health"};
    Result<std::unique_ptr<Instance>> laptop = lab.rig.Launch(std::move(process));
    if (!laptop) {
      failed.trouble = laptop.error().message;
      return JudgeOtherKind(failed, failed, false);
    }
    (void)lab.Wait(
        [&] {
          const ProcessStatus now = (*laptop)->Snapshot();
          return now.ready.has_value() || now.over();
        },
        kWithin, "waiting until it answers");
    sqlite_ = Search(lab, laptop->get());
    production_ = Search(lab, lab.Find("production.1"));
    return JudgeOtherKind(sqlite_, production_, !servers_.empty());
  }

  /// 1 or 0; -1 when the answer cannot be read.
  static int HasFlag(Lab& lab, std::uint16_t port, int user) {
    const HttpAnswer answer = Get(lab.rig, port, fmt::format("/api/v1/flags?user=user-{}", user),
                                  Deadline::After(lab.rig.clock(), kWithin));
    const auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("flags")) return -1;
    const auto& flags = body["flags"];
    return flags.contains(kFlag) && flags[kFlag].value("on", false) ? 1 : 0;
  }

  static StepResult Rollout(Lab& lab) {
    RolloutFacts facts;
    const Instance* dev = lab.Find("dev.1");
    const Instance* production = lab.Find("production.1");
    if (dev == nullptr || production == nullptr) {
      facts.trouble = "A process is missing.";
      return JudgeRollout(facts);
    }
    const std::uint16_t small = dev->Snapshot().port, large = production->Snapshot().port;
    for (int user = 0; user < kUsers && !lab.rig.cancelled(); ++user) {
      const int first = HasFlag(lab, small, user);
      const int again = HasFlag(lab, small, user);
      const int later = HasFlag(lab, large, user);
      if (first < 0 || again < 0 || later < 0) {
        facts.trouble = "GET /api/v1/flags has no answer that could be read.";
        return JudgeRollout(facts);
      }
      ++facts.users;
      facts.at_25 += first;
      facts.at_50 += later;
      if (first > later) ++facts.lost;
      if (first != again) ++facts.changed;
    }
    return JudgeRollout(facts);
  }

  static StepResult Server(Lab& lab) {
    int lines = 0;
    std::vector<std::string> telling;
    for (const char* name : {"dev.1", "production.1"}) {
      const Instance* instance = lab.Find(name);
      if (instance == nullptr) continue;
      const std::optional<TimePoint> since = instance->Snapshot().launched;
      for (const LogLine& line : instance->Logs(kMaxLines)) {
        if (line.stream == LogStream::kTwelve || (since && line.at < *since)) continue;
        ++lines;
        if (line.text.find("development server") == std::string::npos) continue;
        telling.push_back(fmt::format("{} prints: {}", name, line.text));
      }
    }
    return JudgeServer(lines, telling);
  }

  const ParityReport declared_;
  std::vector<std::unique_ptr<BackingInstance>> servers_;
  SearchFacts dev_, production_, sqlite_;
};

}  // namespace
}  // namespace parity

std::unique_ptr<Experiment> MakeDevProdParityExperiment(const ProgramPaths& programs) {
  return std::make_unique<parity::ParityExperiment>(programs);
}

}  // namespace twelve
