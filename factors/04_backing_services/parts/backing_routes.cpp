#include "factors/04_backing_services/parts/backing_routes.h"

#include <algorithm>
#include <chrono>

#include "factors/04_backing_services/parts/json_answer.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kCheckAtMost = std::chrono::seconds(1);
constexpr Duration kAttachAtMost = std::chrono::seconds(3);

Json ToJson(const BackingReport& report) {
  Json json = {{"name", report.name},
               {"kind", ToString(report.kind)},
               {"state", ToString(report.state)},
               {"place", report.place}};
  json["latency_ms"] = report.latency ? Json(ToMs(*report.latency)) : Json();
  json["error"] = report.error ? Json(report.error->message) : Json();
  json["since_ms"] =
      std::chrono::duration_cast<std::chrono::milliseconds>(report.since.time_since_epoch())
          .count();
  json["figures"] = Json::object();
  for (const BackingFigure& figure : report.figures) json["figures"][figure.name] = figure.value;
  return json;
}

HttpResponse Failed(const Error& error) {
  return RefuseJson(error.code == ErrorCode::kNotFound ? 404 : 400, error.message);
}

HttpResponse List(BackingSet& set) {
  Json json = {{"backing", Json::array()}};
  for (const BackingReport& report : set.CheckAll(kCheckAtMost)) {
    json["backing"].push_back(ToJson(report));
  }
  return AnswerJson(200, json);
}

HttpResponse Detach(BackingSet& set, const HttpRequest& request) {
  const std::string& name = request.captures[0];
  if (const Status status = set.Detach(name); !status) return Failed(status.error());
  const std::vector<BackingReport> reports = set.Reports();
  const auto it = std::find_if(reports.begin(), reports.end(),
                               [&name](const auto& report) { return report.name == name; });
  return AnswerJson(200, ToJson(*it));
}

HttpResponse Attach(BackingSet& set, const HttpRequest& request) {
  const Json body = ParseJsonBody(request.body);
  if (!body.is_object() || !body.contains("url") || !body["url"].is_string()) {
    return RefuseJson(400, "the body must be a JSON object with a text \"url\"");
  }
  const Result<BackingReport> report =
      set.Attach(request.captures[0], body["url"].get<std::string>(), kAttachAtMost);
  if (report) return AnswerJson(200, ToJson(*report));
  if (report.error().code != ErrorCode::kInvalid) return Failed(report.error());
  return RefuseJson(400, "\"url\" " + report.error().message);
}

}  // namespace

std::vector<HttpRoute> BackingRoutes(BackingSet& set, bool may_change) {
  const auto guarded = [&set, may_change](HttpResponse (*handle)(BackingSet&, const HttpRequest&)) {
    return [&set, may_change, handle](const HttpRequest& request) {
      if (may_change) return handle(set, request);
      return RefuseJson(403, "this process does not let its backing services be changed by HTTP");
    };
  };
  const RouteParameter name = {"name", "as GET /api/v1/backing names it", "database"};
  return {
      {"GET",
       "/api/v1/backing",
       [&set](const HttpRequest&) { return List(set); },
       {.summary = "Show the backing services: state, latency, figures"}},
      {"POST",
       "/api/v1/backing/{name}/detach",
       guarded(Detach),
       {.summary = "Detach a backing service from this process",
        .statuses = {200, 403, 404},
        .parameters = {name}}},
      {"POST",
       "/api/v1/backing/{name}/attach",
       guarded(Attach),
       {.summary = "Attach another backing service to this process",
        .statuses = {200, 400, 403, 404},
        .parameters = {name},
        .body = R"({"url":"sqlite::memory:"})"}},
  };
}

}  // namespace twelve
