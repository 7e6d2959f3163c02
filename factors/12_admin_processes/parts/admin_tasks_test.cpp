#include "factors/12_admin_processes/parts/admin_tasks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::HasSubstr;

AdminRequest Request(const std::string& task, const std::string& action = {}) {
  AdminRequest request;
  request.task = task;
  request.action = action;
  return request;
}

TEST(AdminRequest, KnowsItsTasks) {
  for (const AdminTaskRow& row : AdminTasks()) {
    EXPECT_TRUE(CheckAdminRequest(Request(std::string(row.name))).ok()) << row.name;
    EXPECT_THAT(std::string(row.usage), HasSubstr("admin " + std::string(row.name)));
  }
  for (const char* action : {"up", "down", "status"}) {
    EXPECT_TRUE(CheckAdminRequest(Request("migrate", action)).ok()) << action;
  }
}

TEST(AdminRequest, RefusesWhatThereIsNotAndNamesWhatThereIs) {
  const Status unknown = CheckAdminRequest(Request("migrat"));
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("\"migrat\" is no admin task; known: migrate"));
  EXPECT_FALSE(CheckAdminRequest(Request("")).ok());
  EXPECT_FALSE(CheckAdminRequest(Request("migrate", "sideways")).ok());
  EXPECT_FALSE(CheckAdminRequest(Request("seed", "up")).ok());
  AdminRequest status = Request("migrate", "status");
  status.to = 2;
  EXPECT_FALSE(CheckAdminRequest(status).ok());
  AdminRequest seed = Request("seed");
  seed.count = 0;
  EXPECT_FALSE(CheckAdminRequest(seed).ok());
}

TEST(ParseAge, ReadsDaysHoursMinutesAndSeconds) {
  using std::chrono::hours;
  EXPECT_EQ(*ParseAge("30d"), Duration(hours(720)));
  EXPECT_EQ(*ParseAge("12h"), Duration(hours(12)));
  EXPECT_EQ(*ParseAge("0s"), Duration::zero());
  for (const char* text : {"", "30", "d", "-1d", "1.5h", "30 d", "99999d", "1w"}) {
    EXPECT_FALSE(ParseAge(text).ok()) << text;
  }
}

}  // namespace
}  // namespace twelve
