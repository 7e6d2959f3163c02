#include "factors/07_port_binding/parts/openapi_document.h"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using Json = nlohmann::ordered_json;

const char* Meaning(int status) {
  switch (status) {
    case 200:
      return "Done.";
    case 201:
      return "Made; the Location header says where.";
    case 202:
      return "Accepted; the work is done later.";
    case 204:
      return "Done; there is nothing to say.";
    case 400:
      return "The request is wrong, and the answer says what about it.";
    case 401:
      return "The key is missing or wrong.";
    case 403:
      return "This process does not allow it.";
    case 404:
      return "There is none of this name.";
    case 409:
      return "It does not fit what is there.";
    case 413:
      return "Too large.";
    case 503:
      return "A service that is needed does not answer, or this process is about to end: try "
             "again.";
    default:
      return status < 400 ? "Done." : "Refused.";
  }
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// "getApiV1SessionsId": unique, because a method and a pattern are.
std::string OperationId(const HttpRoute& route) {
  std::string id = Lower(route.method);
  bool begins = true;
  for (const unsigned char c : route.pattern) {
    if (std::isalnum(c) == 0) {
      begins = true;
      continue;
    }
    id += static_cast<char>(begins ? std::toupper(c) : c);
    begins = false;
  }
  return id;
}

Json Parameter(const RouteParameter& parameter, const std::string& pattern) {
  const bool in_path = pattern.find("{" + parameter.name + "}") != std::string::npos;
  Json schema = {{"type", parameter.whole_number ? "integer" : "string"}};
  Json json = {{"name", parameter.name},
               {"in", in_path ? "path" : "query"},
               {"required", in_path || parameter.required},
               {"description", parameter.what},
               {"schema", schema}};
  if (parameter.whole_number) {
    json["example"] = Json::parse(parameter.example, nullptr, false);
  } else {
    json["example"] = parameter.example;
  }
  return json;
}

/// Those that are described, and the names in the pattern that are not.
Json Parameters(const HttpRoute& route) {
  Json all = Json::array();
  std::vector<RouteParameter> parameters = route.description.parameters;
  std::size_t open = 0;
  while ((open = route.pattern.find('{', open)) != std::string::npos) {
    const std::size_t close = route.pattern.find('}', open);
    const std::string name = route.pattern.substr(open + 1, close - open - 1);
    const bool known =
        std::any_of(parameters.begin(), parameters.end(),
                    [&](const RouteParameter& parameter) { return parameter.name == name; });
    if (!known) parameters.push_back({name, "", "1"});
    open = close;
  }
  for (const RouteParameter& parameter : parameters) {
    all.push_back(Parameter(parameter, route.pattern));
  }
  return all;
}

Json Body(const std::string& example) {
  Json content;
  const Json json = Json::parse(example, nullptr, false);
  if (json.is_discarded()) {
    content["application/octet-stream"] = {{"schema", {{"type", "string"}, {"format", "binary"}}},
                                           {"example", example}};
  } else {
    content["application/json"] = {{"schema", {{"type", "object"}}}, {"example", json}};
  }
  return {{"required", true}, {"content", content}};
}

Json Operation(const HttpRoute& route) {
  const RouteDescription& description = route.description;
  Json json = {{"operationId", OperationId(route)}, {"summary", description.summary}};
  if (Json parameters = Parameters(route); !parameters.empty()) {
    json["parameters"] = std::move(parameters);
  }
  if (!description.body.empty()) json["requestBody"] = Body(description.body);
  Json& responses = json["responses"];
  for (const int status : description.statuses) {
    Json& response = responses[std::to_string(status)];
    response["description"] = Meaning(status);
    if (status != 204) response["content"][description.content_type] = Json::object();
  }
  responses["default"] = {{"$ref", "#/components/responses/Refused"}};
  return json;
}

Json Components() {
  const Json error = {{"type", "object"},
                      {"required", {"error"}},
                      {"properties", {{"error", {{"type", "string"}}}}}};
  const Json content = {
      {"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}};
  return {{"schemas", {{"Error", error}}},
          {"responses",
           {{"Refused",
             {{"description",
               "Refused before the route saw it, or failed in it: the message is one sentence "
               "without any detail of the service's inside."},
              {"content", content}}}}}};
}

}  // namespace

std::string OpenApiDocument(const ApiTitle& title, const std::vector<HttpRoute>& routes) {
  Json json = {{"openapi", "3.0.3"},
               {"info", {{"title", title.name}, {"version", title.version}}},
               {"paths", Json::object()}};
  for (const HttpRoute& route : routes) {
    json["paths"][route.pattern][Lower(route.method)] = Operation(route);
  }
  json["components"] = Components();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<HttpRoute> WithOpenApi(const ApiTitle& title, std::vector<HttpRoute> routes) {
  HttpRoute own{"GET", "/openapi.json", {}, {.summary = "This document"}};
  routes.push_back(own);
  routes.back().handler = [text = OpenApiDocument(title, routes)](const HttpRequest&) {
    return HttpResponse{200, text};
  };
  return routes;
}

}  // namespace twelve
