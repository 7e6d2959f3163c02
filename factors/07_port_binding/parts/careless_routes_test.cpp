#include "factors/07_port_binding/parts/careless_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "factors/07_port_binding/parts/careless_port_values.h"

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::vector<HttpRoute> Routes() {
  return {{"GET", "/health", [](const HttpRequest&) { return HttpResponse{200}; }},
          {"GET", "/ready", [](const HttpRequest&) { return HttpResponse{200}; }},
          {"GET", "/version",
           [](const HttpRequest&) {
             return HttpResponse{200, "v7"};
           }},
          {"GET", "/fails",
           [](const HttpRequest&) {
             return HttpResponse{503, "no"};
           }},
          {"GET", "/throws",
           [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("too bad"); }}};
}

std::vector<std::string> PatternsOf(const std::vector<HttpRoute>& routes) {
  std::vector<std::string> patterns;
  for (const HttpRoute& route : routes) patterns.push_back(route.pattern);
  return patterns;
}

TEST(ShowInternals, ShowsTheEnvironmentWithEveryFailure) {
  ::setenv("CARELESS_ROUTES_TEST", "hunter2", 1);
  const std::vector<HttpRoute> routes = ShowInternals(Routes());
  EXPECT_EQ(routes[2].handler({}).body, "v7");
  const HttpResponse failed = routes[3].handler({});
  EXPECT_EQ(failed.status, 503);
  EXPECT_THAT(failed.body, HasSubstr("CARELESS_ROUTES_TEST=hunter2"));
  EXPECT_THAT(routes[4].handler({}).body, AllOf(HasSubstr("too bad"), HasSubstr("hunter2")));
  ::unsetenv("CARELESS_ROUTES_TEST");
}

TEST(ServeWorkingDirectory, ServesWhatLiesThere) {
  const std::vector<HttpRoute> routes = ServeWorkingDirectory(Routes());
  EXPECT_EQ(routes.back().pattern, "/{file}");
  const auto file = std::filesystem::temp_directory_path() /
                    ("careless-routes-test." + std::to_string(std::rand()));
  std::ofstream(file) << "SECRET=1\n";
  HttpRequest request;
  request.captures = {file.string()};
  EXPECT_EQ(routes.back().handler(request).body, "SECRET=1\n");
  std::filesystem::remove(file);
  EXPECT_EQ(routes.back().handler(request).status, 404);
}

TEST(DropRoutes, LeaveTheOthers) {
  EXPECT_THAT(PatternsOf(DropHealth(Routes())),
              ::testing::ElementsAre("/version", "/fails", "/throws"));
  EXPECT_THAT(PatternsOf(DropDocumented(Routes())),
              ::testing::ElementsAre("/health", "/ready", "/fails", "/throws"));
}

TEST(CarelessPortValues, MakeAPortOfAnything) {
  const struct {
    const char* given;
    const char* taken;
  } cases[] = {{"8000", "8000"}, {"abc", "0"}, {"", "0"}, {"70000", "4464"}, {"80 80", "80"}};
  for (const auto& c : cases) {
    PortEnvironment environment = {{"PORT", c.given}};
    TakePortLikeAtoi(environment);
    EXPECT_EQ(environment["PORT"], c.taken) << c.given;
  }
  PortEnvironment unset, set = {{"PORT", "80"}};
  TakeAnyPortByDefault(unset);
  TakeAnyPortByDefault(set);
  EXPECT_EQ(unset["PORT"], "0");
  EXPECT_EQ(set["PORT"], "80");
}

}  // namespace
}  // namespace twelve
