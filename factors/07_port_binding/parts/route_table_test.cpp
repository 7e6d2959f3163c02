#include "factors/07_port_binding/parts/route_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::ElementsAre;

HttpRoute Route(const char* method, const char* pattern) {
  return {method, pattern, [](const HttpRequest&) { return HttpResponse{}; }};
}

TEST(RouteTable, MatchesWholePathsOnly) {
  const RouteTable table({Route("GET", "/"), Route("GET", "/a"), Route("GET", "/a/{id}/b/{n}")});
  EXPECT_EQ(table.Find("GET", "/").route->pattern, "/");
  EXPECT_EQ(table.Find("GET", "/a").route->pattern, "/a");
  const RouteTable::Match match = table.Find("GET", "/a/x y/b/7");
  ASSERT_NE(match.route, nullptr);
  EXPECT_THAT(match.captures, ElementsAre("x y", "7"));
  for (const char* path : {"/a/", "/a/x", "/a/x/b/", "/a//b/7", "/a/x/b/7/", "/b", "//a", "*"}) {
    const RouteTable::Match none = table.Find("GET", path);
    EXPECT_EQ(none.route, nullptr) << path;
    EXPECT_EQ(none.allowed, "") << path;
  }
}

TEST(RouteTable, GetAnswersHead) {
  const RouteTable table({Route("GET", "/a")});
  EXPECT_NE(table.Find("HEAD", "/a").route, nullptr);
}

TEST(RouteTable, NamesTheMethodsThatThePathHas) {
  const RouteTable table({Route("GET", "/a/{id}"), Route("PUT", "/a/{id}"), Route("POST", "/a")});
  const RouteTable::Match match = table.Find("DELETE", "/a/1");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, PUT");
}

}  // namespace
}  // namespace twelve
