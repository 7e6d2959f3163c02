#include "factors/04_backing_services/parts/sql_job_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace twelve {
namespace {

using std::chrono::milliseconds;

constexpr Duration kFirstPause = milliseconds(5);
constexpr Duration kLongestPause = milliseconds(100);

constexpr const char* kJobColumns = "number, kind, payload, idempotency_key, trace_id, deliveries";

using Row = std::vector<std::optional<std::string>>;

std::int64_t Number(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

/// Empty for what cannot be the id of a row.
std::optional<std::int64_t> NumberOf(const std::string& id) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size() || number <= 0) return std::nullopt;
  return number;
}

/// From kJobColumns.
Job ToJob(const Row& row) {
  return {row[0].value_or(""), row[1].value_or(""), row[2].value_or(""),
          row[3].value_or(""), row[4].value_or(""), static_cast<int>(Number(row[5]))};
}

JobState ToState(const std::string& text) {
  if (text == "running") return JobState::kRunning;
  if (text == "done") return JobState::kDone;
  return text == "failed" ? JobState::kFailed : JobState::kQueued;
}

/// Both are one value for all of a statement, so that an index may be used.
std::string NowMs(SqlDialect dialect) {
  return dialect == SqlDialect::kSqlite
             ? "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
             : "CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT)";
}

}  // namespace

SqlJobQueue::SqlJobQueue(std::unique_ptr<Database> database, const Clock& clock)
    : database_(std::move(database)), clock_(clock), now_ms_(NowMs(database_->dialect())) {}

std::string SqlJobQueue::place() const {
  return database_->place();
}

Status SqlJobQueue::Connect(Duration timeout) {
  Status status = database_->Connect(timeout);
  if (!status) return status;
  MutexLock lock(mutex_);
  attached_ = true;
  return {};
}

void SqlJobQueue::Disconnect() {
  {
    MutexLock lock(mutex_);
    attached_ = false;
    woken_.NotifyAll();
  }
  database_->Disconnect();
}

Status SqlJobQueue::Check(Duration timeout) {
  return database_->Check(timeout);
}

std::vector<BackingFigure> SqlJobQueue::Figures() const {
  return database_->Figures();
}

void SqlJobQueue::Wake() {
  MutexLock lock(mutex_);
  ++news_;
  woken_.NotifyOne();
}

Result<std::string> SqlJobQueue::Put(const Job& job) {
  const SqlValue key =
      job.idempotency_key.empty() ? SqlValue(nullptr) : SqlValue(job.idempotency_key);
  // The update changes nothing; it makes the statement return the row that is there already.
  const Result<SqlRows> made = database_->Query(
      fmt::format("INSERT INTO jobs (kind, payload, idempotency_key, trace_id, state, deliveries, "
                  "worker, visible_ms, result, created_ms) "
                  "VALUES ($1, $2, $3, $4, 'queued', 0, '', {0}, '', {0}) "
                  "ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = $3 "
                  "RETURNING number",
                  now_ms_),
      {job.kind, job.payload, key, job.trace_id});
  if (!made) return made.error();
  if (made->rows.empty()) {
    return Error{ErrorCode::kSystem, "the queue gave no number to a job", {}, 0};
  }
  Wake();
  return made->rows[0][0].value_or("");
}

Result<std::optional<Job>> SqlJobQueue::TryTake(const std::string& worker, Duration visibility) {
  const bool sqlite = database_->dialect() == SqlDialect::kSqlite;
  const std::int64_t ms = std::chrono::duration_cast<milliseconds>(visibility).count();
  // Those whose worker has had his time come first: they have waited longest.
  for (const char* state : {"running", "queued"}) {
    const std::string next = fmt::format(
        "SELECT number FROM jobs WHERE state = '{}' AND visible_ms <= {} "
        "ORDER BY visible_ms, number LIMIT 1",
        state, now_ms_);
    if (sqlite) {
      // An UPDATE waits for the write lock even when it finds no row; asking does not.
      const Result<SqlRows> there = database_->Query(next, {});
      if (!there) return there.error();
      if (there->rows.empty()) continue;
    }
    const Result<SqlRows> taken = database_->Query(
        fmt::format("UPDATE jobs SET state = 'running', worker = $1, visible_ms = {} + $2, "
                    "deliveries = deliveries + 1 WHERE number = ({}{}) RETURNING {}",
                    now_ms_, next, sqlite ? "" : " FOR UPDATE SKIP LOCKED", kJobColumns),
        {worker, ms});
    if (!taken) return taken.error();
    if (!taken->rows.empty()) return std::optional(ToJob(taken->rows[0]));
  }
  return std::optional<Job>();
}

Status SqlJobQueue::WaitForJob(TimePoint until) {
  MutexLock lock(mutex_);
  const std::uint64_t seen = news_;
  while (attached_ && news_ == seen && clock_.Now() < until) woken_.WaitUntil(mutex_, until);
  if (attached_) return {};
  return Error{ErrorCode::kClosed, fmt::format("the queue at {} is not attached", place()), {}, 0};
}

Result<std::optional<Job>> SqlJobQueue::Take(const std::string& worker, Duration visibility,
                                             Duration at_most) {
  const Deadline deadline = Deadline::After(clock_, at_most);
  Duration pause = kFirstPause;
  while (true) {
    Result<std::optional<Job>> job = TryTake(worker, visibility);
    if (!job || job.value() || deadline.Passed(clock_)) return job;
    const TimePoint until = std::min(deadline.at(), clock_.Now() + pause);
    if (Status status = WaitForJob(until); !status) return status.error();
    pause = std::min(2 * pause, kLongestPause);
  }
}

Result<bool> SqlJobQueue::Finish(const Job& job, const std::string& worker,
                                 const std::string& state, const std::string& result) {
  const std::optional<std::int64_t> number = NumberOf(job.id);
  if (!number) return false;
  // Worker and count name one delivery. When the state is the wanted one already, this is another
  // try of a call whose answer was lost.
  const Result<SqlRows> changed = database_->Query(
      fmt::format("UPDATE jobs SET state = $1, result = $2, visible_ms = {} WHERE number = $3 AND "
                  "worker = $4 AND deliveries = $5 AND state IN ('running', $1)",
                  now_ms_),
      {state, result, *number, worker, std::int64_t{job.deliveries}});
  if (!changed) return changed.error();
  return changed->affected > 0;
}

Result<bool> SqlJobQueue::Acknowledge(const Job& job, const std::string& worker,
                                      const std::string& result) {
  return Finish(job, worker, "done", result);
}

Result<bool> SqlJobQueue::Return(const Job& job, const std::string& worker) {
  Result<bool> returned = Finish(job, worker, "queued", "");
  if (returned && returned.value()) Wake();
  return returned;
}

Result<bool> SqlJobQueue::Fail(const Job& job, const std::string& worker, const std::string& why) {
  return Finish(job, worker, "failed", why);
}

Result<std::optional<JobStatus>> SqlJobQueue::Find(const std::string& id) {
  const std::optional<std::int64_t> number = NumberOf(id);
  if (!number) return std::optional<JobStatus>();
  const Result<SqlRows> found = database_->Query(
      fmt::format("SELECT {}, state, result FROM jobs WHERE number = $1", kJobColumns), {*number});
  if (!found) return found.error();
  if (found->rows.empty()) return std::optional<JobStatus>();
  const Row& row = found->rows[0];
  return std::optional(JobStatus{ToJob(row), ToState(row[6].value_or("")), row[7].value_or("")});
}

Result<QueueDepth> SqlJobQueue::Depth() {
  const Result<SqlRows> counts =
      database_->Query("SELECT state, count(*) FROM jobs GROUP BY state", {});
  if (!counts) return counts.error();
  QueueDepth depth;
  for (const Row& row : counts->rows) {
    const std::int64_t count = Number(row[1]);
    switch (ToState(row[0].value_or(""))) {
      case JobState::kQueued:
        depth.queued = count;
        break;
      case JobState::kRunning:
        depth.running = count;
        break;
      case JobState::kDone:
        depth.done = count;
        break;
      case JobState::kFailed:
        depth.failed = count;
        break;
    }
  }
  return depth;
}

}  // namespace twelve
