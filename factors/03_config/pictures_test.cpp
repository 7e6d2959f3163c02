#include "factors/03_config/pictures.h"

#include <gtest/gtest.h>

namespace twelve::config {
namespace {

TEST(DrawSecretMap, HasAMarkForEachCell) {
  PictureNotes notes;
  notes.key_looks = {{"environment", "root", "/proc/PID/environ", true, true, "/proc/PID/environ"},
                     {"log", "all", "3 lines", false, false, ""},
                     {"answers", "all", "9 requests", true, false, "GET /debug/vars"}};
  const TablePanel table = DrawSecretMap(notes);
  ASSERT_EQ(table.rows.size(), 3u);
  ASSERT_EQ(table.marks.size(), table.rows.size());
  EXPECT_EQ(table.marks[0][2], Mark::kFaint);
  EXPECT_EQ(table.marks[1][2], Mark::kGood);
  EXPECT_EQ(table.rows[1][2], "no (3 lines)");
  EXPECT_EQ(table.marks[2][2], Mark::kBad);
  EXPECT_EQ(table.rows[2][2], "yes: GET /debug/vars");
  EXPECT_EQ(table.rows[2][3], "not looked yet");
}

TEST(DrawSecretMap, SaysWhatFillsItWhileItIsEmpty) {
  EXPECT_EQ(DrawSecretMap({}).rows.size(), 1u);
}

TEST(DrawOutage, MarksTheLinesThatHoldThePassword) {
  const Code code = DrawOutage({"a", "cannot connect to shop:p4ss@", "b"}, "p4ss");
  EXPECT_EQ(code.marked, std::vector<int>{2});
  EXPECT_EQ(code.text, "a\ncannot connect to shop:p4ss@\nb\n");
}

}  // namespace
}  // namespace twelve::config
