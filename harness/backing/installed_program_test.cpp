#include "harness/backing/installed_program.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(InstalledProgram, IsFoundByName) {
  const std::string shell = FindProgram("sh");
  ASSERT_FALSE(shell.empty());
  EXPECT_EQ(shell.front(), '/');
  EXPECT_TRUE(shell.ends_with("/sh"));
}

TEST(InstalledProgram, IsEmptyWhenThereIsNone) {
  EXPECT_EQ(FindProgram("twelve-no-such-program"), "");
}

}  // namespace
}  // namespace twelve
