#include "factors/04_backing_services/parts/redis_job_queue.h"

#include <algorithm>
#include <charconv>

#include "factors/contracts/random_id.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using Kind = RedisValue::Kind;

constexpr const char* kStream = "twelve:jobs";
constexpr const char* kGroup = "workers";
constexpr const char* kDeadlines = "twelve:jobs:deadlines";  // of taken jobs: id by time in ms
constexpr const char* kCounts = "twelve:jobs:counts";        // done and failed, for ever
constexpr const char* kJobPrefix = "twelve:job:";
constexpr const char* kKeyPrefix = "twelve:job-key:";
constexpr const char* kKeepSeconds = "604800";  // 7 days, for those who ask what became of a job

// A worker that waits looks after the deadlines of the others at least this often.
constexpr Duration kLongestBlock = milliseconds(500);

constexpr const char* kPut = R"(
local stream, job, key = unpack(KEYS)
local id, kind, payload, idempotency_key, trace_id = unpack(ARGV)
if idempotency_key ~= '' then
  if not redis.call('SET', key, id, 'NX') then return redis.call('GET', key) end
end
redis.call('HSET', job, 'id', id, 'kind', kind, 'payload', payload, 'idempotency_key',
           idempotency_key, 'trace_id', trace_id, 'state', 'queued', 'worker', '',
           'deliveries', 0, 'result', '')
redis.call('XADD', stream, '*', 'job', id)
return id
)";

// Gives {fields of a job}, or {last entry of the stream, ms to the next deadline or -1}.
constexpr const char* kTake = R"(
local stream, deadlines = unpack(KEYS)
local group, worker, visibility, prefix = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function give(id, entry)
  local job = prefix .. id
  if redis.call('EXISTS', job) == 0 then
    redis.call('XACK', stream, group, entry)
    redis.call('XDEL', stream, entry)
    redis.call('ZREM', deadlines, id)
    return false
  end
  redis.call('ZADD', deadlines, now + visibility, id)
  redis.call('HSET', job, 'state', 'running', 'worker', worker, 'entry', entry)
  redis.call('HINCRBY', job, 'deliveries', 1)
  return redis.call('HMGET', job, 'id', 'kind', 'payload', 'idempotency_key', 'trace_id',
                    'deliveries')
end

for _, id in ipairs(redis.call('ZRANGE', deadlines, '-inf', now, 'BYSCORE', 'LIMIT', 0, 10)) do
  local entry = redis.call('HGET', prefix .. id, 'entry')
  if entry then
    redis.call('XCLAIM', stream, group, worker, 0, entry)
    local job = give(id, entry)
    if job then return job end
  else
    redis.call('ZREM', deadlines, id)
  end
end

local function read()
  return redis.pcall('XREADGROUP', 'GROUP', group, worker, 'COUNT', 1, 'STREAMS', stream, '>')
end
local got = read()
if got and got.err then
  redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
  got = read()
end
while got do
  if got.err then return got end
  local entry = got[1][2][1]
  local job = give(entry[2][2], entry[1])
  if job then return job end
  got = read()
end

if #redis.call('XPENDING', stream, group, '-', '+', 1, worker) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, worker)
end
local info, last = redis.call('XINFO', 'STREAM', stream), '0-0'
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = info[i + 1] end
end
local first = redis.call('ZRANGE', deadlines, 0, 0, 'WITHSCORES')
return {last, first[2] and math.max(first[2] - now, 0) or -1}
)";

// To the state done, failed or queued. Worker and count name one delivery; when the state is the
// wanted one already, this is another try of a call whose answer was lost.
constexpr const char* kFinish = R"(
local stream, deadlines, counts, job = unpack(KEYS)
local group, id, worker, deliveries, state, result, keep, key_prefix = unpack(ARGV)
local known = redis.call('HMGET', job, 'state', 'worker', 'deliveries', 'entry', 'idempotency_key')
if known[2] ~= worker or known[3] ~= deliveries then return 0 end
if known[1] == state then return 1 end
if known[1] ~= 'running' then return 0 end
redis.call('XACK', stream, group, known[4])
redis.call('XDEL', stream, known[4])
redis.call('ZREM', deadlines, id)
if #redis.call('XPENDING', stream, group, '-', '+', 1, worker) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, worker)
end
redis.call('HSET', job, 'state', state, 'result', result)
if state == 'queued' then
  redis.call('XADD', stream, '*', 'job', id)
  return 1
end
redis.call('HINCRBY', counts, state, 1)
redis.call('EXPIRE', job, keep)
if known[5] ~= '' then redis.call('EXPIRE', key_prefix .. known[5], keep) end
return 1
)";

constexpr const char* kDepth = R"(
local stream, deadlines, counts = unpack(KEYS)
local running = redis.call('ZCARD', deadlines)
local ended = redis.call('HMGET', counts, 'done', 'failed')
return {redis.call('XLEN', stream) - running, running, tonumber(ended[1] or 0),
        tonumber(ended[2] or 0)}
)";

std::vector<std::string> Script(const char* text, const std::vector<std::string>& keys,
                                const std::vector<std::string>& values) {
  std::vector<std::string> words = {"EVAL", text, std::to_string(keys.size())};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), values.begin(), values.end());
  return words;
}

std::int64_t Number(const RedisValue& value) {
  std::int64_t number = value.number;
  if (value.kind == Kind::kText) {
    std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  }
  return number;
}

Error Unexpected(const std::string& place) {
  return {ErrorCode::kSystem,
          "Redis at " + place + " holds something else under a key of the queue",
          {},
          0};
}

constexpr std::size_t kJobFields = 6;

/// From the fields in the order in which kTake gives them.
Job ToJob(const std::vector<RedisValue>& fields) {
  return {fields[0].text, fields[1].text, fields[2].text,
          fields[3].text, fields[4].text, static_cast<int>(Number(fields[5]))};
}

JobState ToState(const std::string& text) {
  if (text == "running") return JobState::kRunning;
  if (text == "done") return JobState::kDone;
  return text == "failed" ? JobState::kFailed : JobState::kQueued;
}

}  // namespace

RedisJobQueue::RedisJobQueue(RedisLocation location, const BackingOptions& options,
                             const Clock& clock)
    : clock_(clock), redis_(std::move(location), options, clock) {}

Result<std::string> RedisJobQueue::Put(const Job& job) {
  const std::string id = RandomHex<16>();
  const Result<RedisValue> given =
      redis_.Run(Script(kPut, {kStream, kJobPrefix + id, kKeyPrefix + job.idempotency_key},
                        {id, job.kind, job.payload, job.idempotency_key, job.trace_id}));
  if (!given) return given.error();
  if (given->kind != Kind::kText) return Unexpected(place());
  return given->text;
}

Result<std::optional<Job>> RedisJobQueue::Take(const std::string& worker, Duration visibility,
                                               Duration at_most) {
  const Deadline deadline = Deadline::After(clock_, at_most);
  const auto visibility_ms = std::chrono::duration_cast<milliseconds>(visibility).count();
  while (true) {
    const Result<RedisValue> taken = redis_.Run(Script(
        kTake, {kStream, kDeadlines}, {kGroup, worker, std::to_string(visibility_ms), kJobPrefix}));
    if (!taken) return taken.error();
    if (taken->items.size() == kJobFields) return std::optional(ToJob(taken->items));
    if (taken->items.size() != 2) return Unexpected(place());
    Duration wait = std::min(deadline.Left(clock_), kLongestBlock);
    if (wait < milliseconds(1)) return std::optional<Job>();
    const std::int64_t next_ms = Number(taken->items[1]);
    if (next_ms >= 0) wait = std::clamp<Duration>(milliseconds(next_ms), milliseconds(1), wait);
    // Takes nothing: it returns when the stream has an entry after the one that the script saw.
    const auto block_ms = std::chrono::duration_cast<milliseconds>(wait).count();
    const Result<RedisValue> news =
        redis_.RunWaiting({"XREAD", "COUNT", "1", "BLOCK", std::to_string(block_ms), "STREAMS",
                           kStream, taken->items[0].text},
                          wait);
    if (!news) return news.error();
  }
}

Result<bool> RedisJobQueue::Finish(const Job& job, const std::string& worker,
                                   const std::string& state, const std::string& result) {
  const Result<RedisValue> changed =
      redis_.Run(Script(kFinish, {kStream, kDeadlines, kCounts, kJobPrefix + job.id},
                        {kGroup, job.id, worker, std::to_string(job.deliveries), state, result,
                         kKeepSeconds, kKeyPrefix}));
  if (!changed) return changed.error();
  return changed->number == 1;
}

Result<bool> RedisJobQueue::Acknowledge(const Job& job, const std::string& worker,
                                        const std::string& result) {
  return Finish(job, worker, "done", result);
}

Result<bool> RedisJobQueue::Return(const Job& job, const std::string& worker) {
  return Finish(job, worker, "queued", "");
}

Result<bool> RedisJobQueue::Fail(const Job& job, const std::string& worker,
                                 const std::string& why) {
  return Finish(job, worker, "failed", why);
}

Result<std::optional<JobStatus>> RedisJobQueue::Find(const std::string& id) {
  const Result<RedisValue> found =
      redis_.Run({"HMGET", kJobPrefix + id, "id", "kind", "payload", "idempotency_key", "trace_id",
                  "deliveries", "state", "result"});
  if (!found) return found.error();
  const std::vector<RedisValue>& fields = found->items;
  if (fields.size() != kJobFields + 2) return Unexpected(place());
  if (fields[0].nil()) return std::optional<JobStatus>();
  return std::optional(
      JobStatus{ToJob(fields), ToState(fields[kJobFields].text), fields[kJobFields + 1].text});
}

Result<QueueDepth> RedisJobQueue::Depth() {
  const Result<RedisValue> depth = redis_.Run(Script(kDepth, {kStream, kDeadlines, kCounts}, {}));
  if (!depth) return depth.error();
  if (depth->items.size() != 4) return Unexpected(place());
  return QueueDepth{Number(depth->items[0]), Number(depth->items[1]), Number(depth->items[2]),
                    Number(depth->items[3])};
}

}  // namespace twelve
