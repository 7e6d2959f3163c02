#include "factors/06_processes/parts/session_routes.h"

#include <chrono>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t ToMs(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// A deeper document has no use here, and writing it out again would need a stack as deep.
constexpr int kMaxDepth = 64;

/// Discarded when the text is no JSON or nests too deep.
Json ParseBody(const std::string& text) {
  bool too_deep = false;
  const auto within = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  Json json = Json::parse(text, within, false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

HttpResponse Answer(int status, const Json& json) {
  return {status, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpResponse Refuse(int status, const std::string& why) {
  return Answer(status, {{"error", why}});
}

HttpResponse Unavailable(const Error& error) {
  return Refuse(503, error.code == ErrorCode::kBusy ? "the session store is busy; try again"
                                                    : "the session store does not answer");
}

HttpResponse AnswerSession(int status, const Session& session) {
  return Answer(status, {{"session_id", session.id},
                         {"user_id", session.user_id},
                         {"data", Json::parse(session.data, nullptr, false)},
                         {"created_ms", ToMs(session.created_at)},
                         {"expires_ms", ToMs(session.expires_at)}});
}

HttpResponse AnswerFound(const Result<std::optional<Session>>& found) {
  if (!found) return Unavailable(found.error());
  if (!found.value()) return Refuse(404, "no such session; it may have expired");
  return AnswerSession(200, *found.value());
}

HttpResponse Create(SessionStore& store, const HttpRequest& request) {
  const Json body = ParseBody(request.body);
  if (!body.is_object() || !body.contains("user_id") || !body["user_id"].is_string()) {
    return Refuse(400, "the body must be a JSON object with a text \"user_id\"");
  }
  const Json data = body.value("data", Json::object());
  if (!data.is_object()) return Refuse(400, "\"data\" must be a JSON object");
  const Result<Session> session = store.Create(body["user_id"], data.dump());
  if (!session) return Unavailable(session.error());
  HttpResponse response = AnswerSession(201, *session);
  response.headers.emplace_back("Location", "/api/v1/sessions/" + session->id);
  return response;
}

HttpResponse Replace(SessionStore& store, const HttpRequest& request) {
  const Json data = ParseBody(request.body);
  if (!data.is_object()) return Refuse(400, "the body must be a JSON object: the new data");
  return AnswerFound(store.Replace(request.captures[0], data.dump()));
}

HttpResponse Remove(SessionStore& store, const HttpRequest& request) {
  const Result<bool> removed = store.Remove(request.captures[0]);
  if (!removed) return Unavailable(removed.error());
  return removed.value() ? HttpResponse{204} : Refuse(404, "no such session");
}

HttpResponse Count(SessionStore& store) {
  const Result<std::int64_t> count = store.Count();
  if (!count) return Unavailable(count.error());
  return Answer(200, {{"count", *count}});
}

}  // namespace

std::vector<HttpRoute> SessionRoutes(SessionStore& store) {
  const std::string all = "/api/v1/sessions";
  const std::string one = all + "/{id}";
  const RouteParameter id{"id", "what POST gave", "1"};
  const std::string body = R"({"user_id":"ann","data":{"step":1}})";
  return {
      {"POST",
       all,
       [&store](const HttpRequest& request) { return Create(store, request); },
       {.summary = "Begin a session", .statuses = {201, 400, 503}, .body = body}},
      {"GET",
       all,
       [&store](const HttpRequest&) { return Count(store); },
       {.summary = "How many sessions there are", .statuses = {200, 503}}},
      {"GET",
       one,
       [&store](const HttpRequest& request) {
         return AnswerFound(store.Find(request.captures[0]));
       },
       {.summary = "Find a session", .statuses = {200, 404, 503}, .parameters = {id}}},
      {"PUT",
       one,
       [&store](const HttpRequest& request) { return Replace(store, request); },
       {.summary = "Replace what a session holds, and renew its time",
        .statuses = {200, 400, 404, 503},
        .parameters = {id},
        .body = body}},
      {"DELETE",
       one,
       [&store](const HttpRequest& request) { return Remove(store, request); },
       {.summary = "End a session", .statuses = {204, 404, 503}, .parameters = {id}}},
  };
}

}  // namespace twelve
