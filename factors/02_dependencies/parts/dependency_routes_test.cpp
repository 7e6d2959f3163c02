#include "factors/02_dependencies/parts/dependency_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;

TEST(DependencyRoutes, SayWhatIsLoadedAndWhatNobodyDeclared) {
  const auto routes = DependencyRoutes([] {
    return std::string(
        "1-2 r--p 0 0:0 1 /usr/lib/libfmt.so.9.1.0\n"
        "2-3 r--p 0 0:0 2 /usr/lib/libcuckoo.so.1\n");
  });
  const json body = json::parse(routes[0].handler({}).body);
  EXPECT_EQ(body["undeclared"], json::parse(R"(["libcuckoo.so.1"])"));
  int loaded = 0;
  for (const json& row : body["declared"]) {
    EXPECT_NE(row["name"], "libgtest-dev");
    if (!row["loaded"].get<bool>()) continue;
    EXPECT_EQ(row["name"], "libfmt9");
    ++loaded;
  }
  EXPECT_EQ(loaded, 1);
}

TEST(OwnMaps, ShowTheLibrariesOfThisProcess) {
  EXPECT_THAT(OwnMaps(), ::testing::HasSubstr("libc.so"));
}

}  // namespace
}  // namespace twelve
