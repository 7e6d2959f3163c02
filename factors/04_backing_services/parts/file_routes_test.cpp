#include "factors/04_backing_services/parts/file_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "factors/04_backing_services/parts/stored_name.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FakeStorage final : public ObjectStorage {
 public:
  std::string place() const override { return "fake:"; }
  Status Connect(Duration) override { return {}; }
  void Disconnect() override {}
  Status Check(Duration) override { return {}; }
  Status Put(const StoredObject& object) override {
    if (Status status = CheckStoredName(object.name); !status || failing) return Broken(status);
    objects[object.name] = object;
    return {};
  }
  Result<std::optional<StoredObject>> Get(const std::string& name) override {
    if (Status status = CheckStoredName(name); !status || failing) return Broken(status);
    const auto found = objects.find(name);
    return found == objects.end() ? std::nullopt : std::optional(found->second);
  }
  Result<bool> Remove(const std::string& name) override {
    if (Status status = CheckStoredName(name); !status || failing) return Broken(status);
    return objects.erase(name) > 0;
  }
  Result<std::vector<std::string>> List(int) override {
    if (failing) return Broken({});
    std::vector<std::string> names;
    for (const auto& [name, object] : objects) names.push_back(name);
    return names;
  }

  std::map<std::string, StoredObject> objects;
  bool failing = false;

 private:
  static Error Broken(const Status& status) {
    if (!status) return status.error();
    return {ErrorCode::kTimeout, "broken at 10.0.0.1", {}, 0};
  }
};

class FileRoutesTest : public ::testing::Test {
 protected:
  HttpResponse Call(const std::string& method, const std::string& name,
                    const std::string& body = {}, const std::string& type = {}) {
    const std::string pattern = name.empty() ? "/api/v1/files" : "/api/v1/files/{name}";
    for (const HttpRoute& route : routes_) {
      if (route.method != method || route.pattern != pattern) continue;
      HttpRequest request{method, "", {}, body, {}};
      if (!type.empty()) request.headers.Add("content-type", type);
      if (!name.empty()) request.captures.push_back(name);
      HttpResponse response = route.handler(request);
      const std::vector<int>& known = route.description.statuses;
      EXPECT_THAT(known, ::testing::Contains(response.status)) << "is not described";
      return response;
    }
    ADD_FAILURE() << "no route " << method << " " << pattern;
    return {};
  }

  FakeStorage storage_;
  std::vector<HttpRoute> routes_ = FileRoutes(&storage_);
};

TEST_F(FileRoutesTest, GiveBackTheBytesAndTheirType) {
  const std::string bytes("\x89PNG\r\n\0\xff", 8);
  EXPECT_EQ(Call("PUT", "a.png", bytes, "image/png").body, R"({"name":"a.png","bytes":8})");
  const HttpResponse response = Call("GET", "a.png");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, bytes);
  EXPECT_EQ(response.content_type, "image/png");
  EXPECT_EQ(Call("GET", "").body, R"({"files":["a.png"]})");
  EXPECT_EQ(Call("DELETE", "a.png").status, 204);
  EXPECT_EQ(Call("DELETE", "a.png").status, 404);
  EXPECT_EQ(Call("GET", "a.png").status, 404);
}

TEST_F(FileRoutesTest, LetNoBrowserTakeAFileForAPage) {
  Call("PUT", "page.html", "<script>", "text/html");
  const HttpResponse response = Call("GET", "page.html");
  EXPECT_THAT(response.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                    "X-Content-Type-Options", "nosniff")));
  EXPECT_THAT(response.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                    "Content-Disposition", "attachment")));
}

TEST_F(FileRoutesTest, TakeNoTypeThatCouldNotBeAHeaderAgain) {
  for (const std::string& type : {std::string(), std::string("text/\r\nSet-Cookie: a"),
                                  std::string("t\xc3\xbc"), std::string(201, 'x')}) {
    Call("PUT", "a", "x", type);
    EXPECT_EQ(Call("GET", "a").content_type, "application/octet-stream") << type;
  }
}

TEST_F(FileRoutesTest, RefuseBadNames) {
  for (const char* name : {"..", ".a", "a/b", "a b"}) {
    EXPECT_EQ(Call("PUT", name, "x").status, 400) << name;
    EXPECT_EQ(Call("GET", name).status, 400) << name;
    EXPECT_EQ(Call("DELETE", name).status, 400) << name;
  }
}

TEST_F(FileRoutesTest, AStorageThatFailsIsUnavailableAndSaysNoDetail) {
  storage_.failing = true;
  for (const HttpResponse& response :
       {Call("PUT", "a", "x"), Call("GET", "a"), Call("DELETE", "a"), Call("GET", "")}) {
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, HasSubstr("does not answer"));
    EXPECT_THAT(response.body, Not(HasSubstr("10.0.0.1")));
  }
}

TEST_F(FileRoutesTest, WithoutAStorageSayWhatToSet) {
  routes_ = FileRoutes(nullptr);
  for (const HttpResponse& response : {Call("PUT", "a", "x"), Call("GET", "a"), Call("GET", "")}) {
    EXPECT_EQ(response.status, 503);
    EXPECT_THAT(response.body, HasSubstr("STORAGE_URL"));
  }
}

}  // namespace
}  // namespace twelve
