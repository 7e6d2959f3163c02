#include "factors/09_disposability/parts/shell_wrapped_launch.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(ShellWrappedLaunch, QuotesEachWordAndKeepsTheShell) {
  EXPECT_EQ(ShellWrappedLaunch::Line({"/opt/my app/it's", "web"}),
            R"('/opt/my app/it'\''s' 'web'; true)");
}

}  // namespace
}  // namespace twelve
