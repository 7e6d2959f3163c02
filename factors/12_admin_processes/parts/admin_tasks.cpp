#include "factors/12_admin_processes/parts/admin_tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "factors/12_admin_processes/parts/migrations.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;

// Rows in one transaction: few enough that nobody who waits for their locks notices.
constexpr std::int64_t kBatch = 500;
constexpr std::int64_t kMostItems = 10'000'000;

constexpr AdminTaskRow kTasks[] = {
    {"migrate", "admin migrate [up|down|status] [--to N]",
     "brings the schema to this release's, or to version N, or says where it is"},
    {"seed", "admin seed [--count N]", "adds N items to begin with; those that are there stay"},
    {"cleanup", "admin cleanup [--older-than 30d]",
     "removes what has expired, and jobs that ended before then"},
};

std::int64_t ToMillis(WallTime time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

Error AskedToEnd() {
  return {ErrorCode::kClosed, "asked to end before it was done; run it again to finish", {}, 0};
}

void TellSteps(const std::vector<Migrations::Step>& steps, const Database& database,
               EventSink& events) {
  for (const Migrations::Step& step : steps) {
    events.Write({"migration",
                  {{"database", database.place()},
                   {"version", std::int64_t{step.version}},
                   {"name", step.name},
                   {"state", std::string(!step.known    ? "of a later release"
                                         : step.applied ? "applied"
                                                        : "missing")},
                   {"applied_ms", step.applied_ms}}});
  }
}

Status Migrate(const AdminRequest& request, Database& database, const AdminNeeds& needs) {
  Migrations migrations(database, needs.clock);
  if (request.action == "status") {
    const Result<std::vector<Migrations::Step>> steps = migrations.Read();
    if (!steps) return steps.error();
    TellSteps(*steps, database, needs.events);
    return {};
  }
  const auto progress = [&](const Migration& migration, Migrations::Direction direction) {
    const bool up = direction == Migrations::Direction::kUp;
    needs.events.Write({up ? "migration_applied" : "migration_taken_back",
                        {{"database", database.place()},
                         {"version", std::int64_t{migration.version}},
                         {"name", migration.name}}});
  };
  const Result<int> done = request.action == "down" ? migrations.Down(request.to, progress)
                                                    : migrations.Up(request.to, progress);
  if (!done) return done.error();
  needs.events.Write(
      {"migrated", {{"database", database.place()}, {"steps", std::int64_t{*done}}}});
  return {};
}

Status Seed(const AdminRequest& request, const AdminNeeds& needs) {
  Database& database = *needs.databases.at(0);
  const std::int64_t now_ms = ToMillis(needs.clock.WallNow());
  std::int64_t added = 0;
  for (std::int64_t from = 1; from <= request.count; from += kBatch) {
    if (needs.asked_to_end()) return AskedToEnd();
    const std::int64_t until = std::min(from + kBatch - 1, request.count);
    Status status = database.InTransaction([&](SqlConnection& connection) -> Status {
      for (std::int64_t n = from; n <= until; ++n) {
        const auto row = connection.Query(
            "INSERT INTO items (id, name, quantity, created_ms, updated_ms) "
            "VALUES ($1, $2, $3, $4, $4) ON CONFLICT (id) DO NOTHING",
            {fmt::format("seed-{:07}", n), fmt::format("Item {}", n), n % 100, now_ms});
        if (!row) return row.error();
        added += row->affected;
      }
      return {};
    });
    if (!status) return status;
    needs.events.Write(
        {"progress", {{"task", std::string("seed")}, {"done", until}, {"of", request.count}}});
  }
  needs.events.Write({"seeded", {{"added", added}, {"were_there", request.count - added}}});
  return {};
}

struct Expired {
  std::string_view what;
  std::string sql;  // removes a batch of what is older than $1
};

const std::vector<Expired>& AllExpired() {
  static const std::vector<Expired> kAll = {
      {"cache_entries",
       fmt::format("DELETE FROM cache_entries WHERE key IN (SELECT key FROM cache_entries WHERE "
                   "expires_ms < $1 LIMIT {})",
                   kBatch)},
      {"jobs", fmt::format("DELETE FROM jobs WHERE number IN (SELECT number FROM jobs WHERE state "
                           "IN ('done', 'failed') AND created_ms < $1 LIMIT {})",
                           kBatch)},
      {"job_effects",
       fmt::format("DELETE FROM job_effects WHERE idempotency_key IN (SELECT idempotency_key FROM "
                   "job_effects WHERE done_ms < $1 LIMIT {})",
                   kBatch)},
  };
  return kAll;
}

Status CleanUp(const AdminRequest& request, Database& database, const AdminNeeds& needs) {
  const WallTime now = needs.clock.WallNow();
  const std::int64_t before =
      ToMillis(now - std::chrono::duration_cast<WallTime::duration>(request.older_than));
  for (const Expired& expired : AllExpired()) {
    // What has expired is of no use to anybody, however long ago that was.
    const std::int64_t limit = expired.what == "cache_entries" ? ToMillis(now) : before;
    std::int64_t removed = 0, last = 0;
    do {
      if (needs.asked_to_end()) return AskedToEnd();
      const Result<SqlRows> rows = database.Query(expired.sql, {limit});
      if (!rows) return rows.error();
      last = rows->affected;
      removed += last;
      if (last == kBatch) {
        needs.events.Write({"progress",
                            {{"task", std::string("cleanup")},
                             {"table", std::string(expired.what)},
                             {"done", removed}}});
      }
    } while (last == kBatch);
    needs.events.Write({"cleaned_up",
                        {{"database", database.place()},
                         {"table", std::string(expired.what)},
                         {"removed", removed}}});
  }
  return {};
}

}  // namespace

std::span<const AdminTaskRow> AdminTasks() {
  return kTasks;
}

Status CheckAdminRequest(const AdminRequest& request) {
  std::string known;
  bool found = false;
  for (const AdminTaskRow& row : kTasks) {
    known += (known.empty() ? "" : ", ") + std::string(row.name);
    found = found || row.name == request.task;
  }
  if (request.task.empty()) {
    return InvalidError("no task given: say \"twelve-service admin TASK\" with one of " + known);
  }
  if (!found) {
    return InvalidError(fmt::format("\"{}\" is no admin task; known: {}", request.task, known));
  }
  const bool migrate = request.task == "migrate";
  if (!request.action.empty() && (!migrate || (request.action != "up" && request.action != "down" &&
                                               request.action != "status"))) {
    return InvalidError(fmt::format("\"{}\" does not go with {}{}", request.action, request.task,
                                    migrate ? ", which takes up, down or status" : ""));
  }
  if (request.to && (!migrate || request.action == "status" || *request.to < 0)) {
    return InvalidError("--to goes with migrate up and migrate down, and is a version, 0 or more");
  }
  if (request.count < 1 || request.count > kMostItems) {
    return InvalidError(fmt::format("--count must be from 1 to {}", kMostItems));
  }
  return {};
}

Result<Duration> ParseAge(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  constexpr std::int64_t kMostDays = 36'500;
  if (problem == std::errc() && number >= 0 && number <= kMostDays) {
    if (unit == "d") return Duration(std::chrono::hours(24 * number));
    if (unit == "h") return Duration(std::chrono::hours(number));
    if (unit == "m") return Duration(std::chrono::minutes(number));
    if (unit == "s") return Duration(std::chrono::seconds(number));
  }
  return InvalidError(
      fmt::format("\"{}\" is no age: write 30d, 12h, 45m or 10s, up to {}", text, kMostDays));
}

Status RunAdminTask(const AdminRequest& request, const AdminNeeds& needs) {
  if (request.task == "seed") return Seed(request, needs);
  for (Database* const database : needs.databases) {
    const Status status = request.task == "migrate" ? Migrate(request, *database, needs)
                                                    : CleanUp(request, *database, needs);
    if (!status) return status;
  }
  return {};
}

}  // namespace twelve
