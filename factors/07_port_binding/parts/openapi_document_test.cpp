#include "factors/07_port_binding/parts/openapi_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

HttpResponse Nothing(const HttpRequest& /*request*/) {
  return {204};
}

std::vector<std::string> KeysOf(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(OpenApiDocument, HasEveryRouteAndNoOther) {
  const json document = json::parse(OpenApiDocument(
      {"shop", "v7"},
      {{"GET", "/a/{id}", Nothing}, {"DELETE", "/a/{id}", Nothing}, {"POST", "/b", Nothing}}));
  EXPECT_EQ(document["info"]["title"], "shop");
  EXPECT_EQ(document["info"]["version"], "v7");
  EXPECT_THAT(KeysOf(document["paths"]), ElementsAre("/a/{id}", "/b"));
  EXPECT_THAT(KeysOf(document["paths"]["/a/{id}"]), ElementsAre("delete", "get"));
  EXPECT_EQ(document["paths"]["/a/{id}"]["get"]["operationId"], "getAId");
}

TEST(OpenApiDocument, SaysWhatARouteTakesAndAnswers) {
  const HttpRoute route{"PUT",
                        "/a/{id}",
                        Nothing,
                        {.summary = "Puts it",
                         .statuses = {204, 404},
                         .parameters = {{"id", "which", "7", true}, {"force", "do it", "yes"}},
                         .body = R"({"n":1})"}};
  const json operation =
      json::parse(OpenApiDocument({"shop", "v7"}, {route}))["paths"]["/a/{id}"]["put"];
  EXPECT_EQ(operation["summary"], "Puts it");
  EXPECT_THAT(KeysOf(operation["responses"]), ElementsAre("204", "404", "default"));
  EXPECT_FALSE(operation["responses"]["204"].contains("content"));
  EXPECT_EQ(operation["parameters"][0]["in"], "path");
  EXPECT_EQ(operation["parameters"][0]["example"], 7);
  EXPECT_EQ(operation["parameters"][1]["in"], "query");
  EXPECT_EQ(operation["requestBody"]["content"]["application/json"]["example"]["n"], 1);
}

TEST(OpenApiDocument, TakesABodyThatIsNoJsonForBytes) {
  const HttpRoute route{"PUT", "/a", Nothing, {.summary = "Puts it", .body = "any bytes"}};
  const json document = json::parse(OpenApiDocument({"shop", "v7"}, {route}));
  const json& content = document["paths"]["/a"]["put"]["requestBody"]["content"];
  EXPECT_EQ(content["application/octet-stream"]["example"], "any bytes");
}

TEST(OpenApiDocument, NamesAPathParameterThatNobodyDescribed) {
  const json document =
      json::parse(OpenApiDocument({"shop", "v7"}, {{"GET", "/a/{id}/{part}", Nothing}}));
  const json& parameters = document["paths"]["/a/{id}/{part}"]["get"]["parameters"];
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0]["name"], "id");
  EXPECT_EQ(parameters[1]["name"], "part");
  EXPECT_EQ(parameters[1]["required"], true);
}

TEST(WithOpenApi, AddsTheDocumentWhichDescribesItself) {
  const std::vector<HttpRoute> routes = WithOpenApi({"shop", "v7"}, {{"GET", "/a", Nothing}});
  ASSERT_EQ(routes.size(), 2u);
  const HttpResponse response = routes[1].handler({});
  EXPECT_THAT(KeysOf(json::parse(response.body)["paths"]), ElementsAre("/a", "/openapi.json"));
}

}  // namespace
}  // namespace twelve
