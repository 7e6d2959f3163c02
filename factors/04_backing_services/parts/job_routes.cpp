#include "factors/04_backing_services/parts/job_routes.h"

#include "factors/04_backing_services/parts/json_answer.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestName = 200;  // bytes, of a kind or a key

HttpResponse NoneAttached() {
  return RefuseJson(503, "no queue is attached; set QUEUE_URL");
}

const char* ToString(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return "queued";
    case JobState::kRunning:
      return "running";
    case JobState::kDone:
      return "done";
    case JobState::kFailed:
      return "failed";
  }
  return "";
}

/// Empty when the body is a job; otherwise what is wrong with it.
std::string ReadJob(const HttpRequest& request, Job& job) {
  const Json body = ParseJsonBody(request.body);
  if (!body.is_object() || !body.contains("kind") || !body["kind"].is_string()) {
    return "the body must be a JSON object with a text \"kind\"";
  }
  const Json payload = body.value("payload", Json::object());
  if (!payload.is_object()) return "\"payload\" must be a JSON object";
  const Json key = body.value("idempotency_key", Json(request.headers.Get("Idempotency-Key")));
  if (!key.is_string()) return "\"idempotency_key\" must be a text";
  job.kind = body["kind"];
  job.idempotency_key = key;
  if (job.kind.empty() || job.kind.size() > kLongestName ||
      job.idempotency_key.size() > kLongestName) {
    return "\"kind\" must be 1 to 200 bytes, and \"idempotency_key\" at most as many";
  }
  job.payload = payload.dump();
  job.trace_id = request.trace_id;
  return {};
}

HttpResponse Put(JobQueue& queue, const HttpRequest& request) {
  Job job;
  if (const std::string wrong = ReadJob(request, job); !wrong.empty()) {
    return RefuseJson(400, wrong);
  }
  const Result<std::string> id = queue.Put(job);
  if (!id) return Unavailable("the queue", id.error());
  HttpResponse response = AnswerJson(202, {{"job_id", *id}});
  response.headers.emplace_back("Location", "/api/v1/jobs/" + *id);
  return response;
}

HttpResponse Find(JobQueue& queue, const std::string& id) {
  const Result<std::optional<JobStatus>> found = queue.Find(id);
  if (!found) return Unavailable("the queue", found.error());
  if (!found.value()) return RefuseJson(404, "no such job");
  const JobStatus& status = **found;
  const Json payload = Json::parse(status.job.payload, nullptr, false);
  return AnswerJson(200, {{"job_id", status.job.id},
                          {"kind", status.job.kind},
                          {"payload", payload.is_discarded() ? Json() : payload},
                          {"state", ToString(status.state)},
                          {"deliveries", status.job.deliveries},
                          {"result", status.result},
                          {"trace_id", status.job.trace_id}});
}

HttpResponse Count(JobQueue& queue) {
  const Result<QueueDepth> depth = queue.Depth();
  if (!depth) return Unavailable("the queue", depth.error());
  return AnswerJson(200, {{"queued", depth->queued},
                          {"running", depth->running},
                          {"done", depth->done},
                          {"failed", depth->failed}});
}

}  // namespace

std::vector<HttpRoute> JobRoutes(JobQueue* queue) {
  const std::string all = "/api/v1/jobs";
  const RouteParameter id{"id", "what POST gave as job_id", "1"};
  return {
      {"POST",
       all,
       [queue](const HttpRequest& request) {
         return queue == nullptr ? NoneAttached() : Put(*queue, request);
       },
       {"Hand work over to a worker",
        {202, 400, 503},
        {},
        R"({"kind":"count","payload":{"by":1},"idempotency_key":"order-17"})"}},
      {"GET",
       all,
       [queue](const HttpRequest&) { return queue == nullptr ? NoneAttached() : Count(*queue); },
       {"How many jobs are queued, running, done and failed", {200, 503}}},
      {"GET",
       all + "/{id}",
       [queue](const HttpRequest& request) {
         return queue == nullptr ? NoneAttached() : Find(*queue, request.captures[0]);
       },
       {"What became of a job", {200, 404, 503}, {id}}},
  };
}

}  // namespace twelve
