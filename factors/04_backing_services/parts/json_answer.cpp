#include "factors/04_backing_services/parts/json_answer.h"

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 64;

}  // namespace

Json ParseJsonBody(const std::string& text) {
  bool too_deep = false;
  const auto within = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  Json json = Json::parse(text, within, false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

HttpResponse AnswerJson(int status, const Json& json) {
  return {status, json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpResponse RefuseJson(int status, const std::string& why) {
  return AnswerJson(status, {{"error", why}});
}

HttpResponse Unavailable(const std::string& service, const Error& error) {
  const char* how = "does not answer";
  if (error.code == ErrorCode::kBusy) how = "is busy; try again";
  if (error.code == ErrorCode::kDenied) how = "refuses this service";
  return RefuseJson(503, service + " " + how);
}

}  // namespace twelve
