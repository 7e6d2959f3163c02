#include "factors/04_backing_services/parts/item_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "factors/04_backing_services/parts/made_schema.h"
#include "factors/04_backing_services/parts/sql_item_store.h"
#include "factors/04_backing_services/parts/sqlite_database.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ItemRoutesTest : public ::testing::Test {
 protected:
  ItemRoutesTest() {
    EXPECT_TRUE(database_.Connect(seconds(1)).ok());
    EXPECT_TRUE(MakeSchema(database_).ok());
  }

  HttpResponse Call(const std::string& method, const std::string& id, const std::string& body,
                    std::map<std::string, std::string> query = {}) {
    const std::string pattern = id.empty() ? "/api/v1/items" : "/api/v1/items/{id}";
    for (const HttpRoute& route : routes_) {
      if (route.method != method || route.pattern != pattern) continue;
      HttpRequest request{method, "", std::move(query), body, {}};
      if (!id.empty()) request.captures.push_back(id);
      HttpResponse response = route.handler(request);
      EXPECT_THAT(route.description.statuses, Contains(response.status)) << method << pattern;
      return response;
    }
    ADD_FAILURE() << "no route " << method << " " << pattern;
    return {};
  }
  std::vector<std::string> Names(std::map<std::string, std::string> query) {
    const HttpResponse response = Call("GET", "", "", std::move(query));
    EXPECT_EQ(response.status, 200) << response.body;
    std::vector<std::string> names;
    const json body = json::parse(response.body);
    for (const json& item : body["items"]) names.push_back(item["name"]);
    return names;
  }

  SystemClock real_clock_;
  FakeClock clock_;
  SqliteDatabase database_{SqliteConnection::kMemory, {}, real_clock_};
  SqlItemStore store_{database_, clock_};
  std::vector<HttpRoute> routes_ = ItemRoutes(store_);
};

TEST_F(ItemRoutesTest, MakeFindReplaceAndRemove) {
  const HttpResponse made = Call("POST", "", R"({"name":"Apple","quantity":3})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = json::parse(made.body)["id"];
  EXPECT_EQ(made.headers.at(0).second, "/api/v1/items/" + id);
  EXPECT_EQ(json::parse(Call("GET", id, "").body)["quantity"], 3);
  clock_.Advance(seconds(5));
  const HttpResponse replaced = Call("PUT", id, R"({"name":"Apple","quantity":2})");
  EXPECT_EQ(replaced.status, 200);
  const json now = json::parse(Call("GET", id, "").body);
  EXPECT_EQ(now, json::parse(replaced.body));
  EXPECT_EQ(now["quantity"], 2);
  EXPECT_EQ(now["updated_ms"].get<std::int64_t>() - now["created_ms"].get<std::int64_t>(), 5000);
  EXPECT_EQ(Call("DELETE", id, "").status, 204);
  EXPECT_EQ(Call("DELETE", id, "").status, 404);
  EXPECT_EQ(Call("GET", id, "").status, 404);
}

TEST_F(ItemRoutesTest, PutMayBeRepeatedAndTellsWhichTimeWasTheFirst) {
  EXPECT_EQ(Call("PUT", "apple-1", R"({"name":"Apple"})").status, 201);
  EXPECT_EQ(Call("PUT", "apple-1", R"({"name":"Apple"})").status, 200);
  EXPECT_EQ(Call("PUT", "apple-1", R"({"name":"Apple"})").status, 200);
  EXPECT_EQ(Names({}).size(), 1u);
}

TEST_F(ItemRoutesTest, ListTheNewestThatContainWhatIsSearched) {
  for (const char* name : {"Apple", "Pineapple", "100% juice", "Pear_tree"}) {
    EXPECT_EQ(Call("POST", "", json{{"name", name}}.dump()).status, 201);
    clock_.Advance(seconds(1));
  }
  EXPECT_THAT(Names({}), ::testing::ElementsAre("Pear_tree", "100% juice", "Pineapple", "Apple"));
  EXPECT_THAT(Names({{"search", "apple"}}), ::testing::ElementsAre("Pineapple", "Apple"));
  EXPECT_THAT(Names({{"search", "%"}}), ::testing::ElementsAre("100% juice"));
  EXPECT_THAT(Names({{"search", "_"}}), ::testing::ElementsAre("Pear_tree"));
  EXPECT_THAT(Names({{"limit", "1"}}), ::testing::ElementsAre("Pear_tree"));
  EXPECT_THAT(Names({{"search", "x'; DROP TABLE items; --"}}), ::testing::IsEmpty());
}

TEST_F(ItemRoutesTest, RefuseWhatIsNoItem) {
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"name":7})"),
        std::string(R"({"name":""})"), std::string(R"({"name":"a\u0000b"})"),
        std::string(R"({"name":"a","quantity":-1})"), std::string(R"({"name":"a","quantity":0.5})"),
        std::string(R"({"name":"a","quantity":18446744073709551615})"),
        json{{"name", std::string(201, 'x')}}.dump()}) {
    EXPECT_EQ(Call("POST", "", body).status, 400) << body;
    EXPECT_EQ(Call("PUT", "a", body).status, 400) << body;
  }
  EXPECT_EQ(Call("PUT", "a b", R"({"name":"a"})").status, 400);
  EXPECT_EQ(Call("PUT", std::string(65, 'a'), R"({"name":"a"})").status, 400);
  EXPECT_EQ(Call("GET", "a b", "").status, 404);
  for (const char* limit : {"0", "1001", "-1", "many", "1x"}) {
    EXPECT_EQ(Call("GET", "", "", {{"limit", limit}}).status, 400) << limit;
  }
  EXPECT_TRUE(Names({}).empty());
}

TEST_F(ItemRoutesTest, ADatabaseThatIsGoneOrHasNoSchemaIsUnavailable) {
  ASSERT_TRUE(database_.Query("DROP TABLE items", {}).ok());
  const HttpResponse no_table = Call("GET", "a", "");
  EXPECT_EQ(no_table.status, 503);
  EXPECT_THAT(no_table.body, HasSubstr("admin migrate"));
  EXPECT_THAT(no_table.body, Not(HasSubstr("no such table")));
  database_.Disconnect();
  EXPECT_EQ(Call("POST", "", R"({"name":"a"})").status, 503);
  EXPECT_EQ(Call("GET", "", "").status, 503);
  EXPECT_EQ(Call("DELETE", "a", "").status, 503);
}

}  // namespace
}  // namespace twelve
