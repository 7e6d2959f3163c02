#include "factors/08_concurrency/parts/job_handlers.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostMs = 600'000;

Result<std::int64_t> Milliseconds(const json& payload, bool required) {
  const bool given = payload.is_object() && payload.contains("ms");
  if (!given && !required) return std::int64_t{0};
  if (!given || !payload["ms"].is_number_integer()) {
    return InvalidError(R"(the payload must hold {"ms": a whole number})");
  }
  const auto ms = payload["ms"].get<std::int64_t>();
  if (ms < 0 || ms > kMostMs) return InvalidError(fmt::format("ms must be from 0 to {}", kMostMs));
  return ms;
}

Status WaitFor(std::int64_t ms, const Cancellation& cancel) {
  if (!cancel.WaitFor(std::chrono::milliseconds(ms))) return {};
  return Error{ErrorCode::kClosed, "given up while it waited", {}, 0};
}

Result<std::string> Wait(const Job& job, const Cancellation& cancel) {
  const Result<std::int64_t> ms = Milliseconds(json::parse(job.payload, nullptr, false), true);
  if (!ms) return ms.error();
  if (Status status = WaitFor(*ms, cancel); !status) return status.error();
  return fmt::format(R"({{"waited_ms":{}}})", *ms);
}

/// One row for each key: the second time, also from another worker at the same moment, adds none.
Result<std::string> CountUp(const Job& job, const std::string& counter, Database& database,
                            const Clock& clock) {
  const std::string key = job.idempotency_key.empty() ? "job:" + job.id : job.idempotency_key;
  const auto now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock.WallNow().time_since_epoch())
          .count();
  bool first = false;
  std::string count;
  const Status status = database.InTransaction([&](SqlConnection& connection) -> Status {
    const Result<SqlRows> added = connection.Query(
        "INSERT INTO job_effects (idempotency_key, counter, done_ms) VALUES ($1, $2, $3) "
        "ON CONFLICT (idempotency_key) DO NOTHING",
        {key, counter, std::int64_t{now_ms}});
    if (!added) return added.error();
    first = added->affected > 0;
    const Result<SqlRows> counted =
        connection.Query("SELECT count(*) FROM job_effects WHERE counter = $1", {counter});
    if (!counted) return counted.error();
    count = counted->rows.at(0).at(0).value_or("0");
    return {};
  });
  if (!status) {
    // A table that is not there yet is no fault of the job: the migration may still come.
    return Error{
        status.error().code == ErrorCode::kInvalid ? ErrorCode::kSystem : status.error().code,
        status.error().message, status.error().call, status.error().sys_errno};
  }
  return fmt::format(R"({{"count":{},"first":{}}})", count, first);
}

Result<std::string> Count(const Job& job, const Cancellation& cancel, Database& database,
                          const Clock& clock) {
  const json payload = json::parse(job.payload, nullptr, false);
  if (!payload.is_object() || !payload.contains("key") || !payload["key"].is_string()) {
    return InvalidError(R"(the payload must hold {"key": a text})");
  }
  const Result<std::int64_t> ms = Milliseconds(payload, false);
  if (!ms) return ms.error();
  if (Status status = WaitFor(*ms, cancel); !status) return status.error();
  return CountUp(job, payload["key"].get<std::string>(), database, clock);
}

std::string OneLine(std::string text) {
  for (char& c : text) c = c == '\n' || c == '\r' ? ' ' : c;
  return text;
}

}  // namespace

JobHandlers ServiceJobHandlers(Compute compute, Database& database, const Clock& clock) {
  return {
      {"hash",
       [compute = std::move(compute)](const Job& job, const Cancellation& cancel) {
         return compute(OneLine(job.payload), cancel);
       }},
      {"wait", Wait},
      {"count",
       [&database, &clock](const Job& job, const Cancellation& cancel) {
         return Count(job, cancel, database, clock);
       }},
      {"fail",
       [](const Job&, const Cancellation&) -> Result<std::string> {
         return InvalidError("it was asked to fail");
       }},
  };
}

}  // namespace twelve
