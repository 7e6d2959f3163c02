#include "factors/06_processes/parts/disk_uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace twelve {
namespace {

namespace fs = std::filesystem;

/// Works in a directory of its own, as the process of a service does.
class DiskUploads : public ::testing::Test {
 protected:
  DiskUploads() : before_(fs::current_path()) {
    std::string pattern = (fs::temp_directory_path() / "uploads.XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    fs::current_path(directory_);
    const auto shared = [](const HttpRequest&) { return HttpResponse{418}; };
    const std::string one = "/api/v1/files/{name}";
    routes_ = KeepUploadsOnDisk({{"GET", "/api/v1/files", shared},
                                 {"PUT", one, shared},
                                 {"GET", one, shared},
                                 {"DELETE", one, shared},
                                 {"GET", "/api/v1/jobs", shared}});
  }
  ~DiskUploads() override {
    fs::current_path(before_);
    fs::remove_all(directory_);
  }
  HttpResponse Call(std::size_t route, const std::string& name, const std::string& body = {}) {
    return routes_[route].handler({"", "", {}, body, {name}});
  }

  const fs::path before_;
  std::string directory_;
  std::vector<HttpRoute> routes_;
};

TEST_F(DiskUploads, AreFoundAgainInTheSameDirectoryOnly) {
  const std::string bytes("\0\xff\n", 3);
  EXPECT_EQ(Call(1, "a.bin", bytes).status, 200);
  EXPECT_TRUE(fs::exists(directory_ + "/uploads/a.bin"));
  EXPECT_EQ(Call(2, "a.bin").body, bytes);
  EXPECT_EQ(Call(0, "").body, R"({"files":["a.bin"]})");
  fs::create_directory("elsewhere");
  fs::current_path("elsewhere");
  EXPECT_EQ(Call(2, "a.bin").status, 404);
  fs::current_path(directory_);
  EXPECT_EQ(Call(3, "a.bin").status, 204);
  EXPECT_EQ(Call(3, "a.bin").status, 404);
}

TEST_F(DiskUploads, StayInTheirDirectory) {
  for (const char* name : {"", "..", "../x", ".x", "a/b"}) {
    for (const std::size_t route : {1u, 2u, 3u}) EXPECT_EQ(Call(route, name, "x").status, 400);
  }
  EXPECT_TRUE(fs::is_empty(directory_));
}

TEST_F(DiskUploads, LeaveOtherRoutesAlone) {
  EXPECT_EQ(Call(4, "").status, 418);
}

}  // namespace
}  // namespace twelve
