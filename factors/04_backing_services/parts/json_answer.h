#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "factors/contracts/http.h"
#include "harness/base/result.h"

namespace twelve {

/// Discarded when the text is no JSON, or nests deeper than has a use here: to write such a
/// document out again would need a stack as deep.
nlohmann::ordered_json ParseJsonBody(const std::string& text);

HttpResponse AnswerJson(int status, const nlohmann::ordered_json& json);
/// {"error": why}
HttpResponse RefuseJson(int status, const std::string& why);
/// 503 without any detail of what is behind: "the queue is busy; try again".
HttpResponse Unavailable(const std::string& service, const Error& error);

}  // namespace twelve
