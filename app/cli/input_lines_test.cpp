#include "app/cli/input_lines.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace twelve {
namespace {

std::string WaitForLine(InputLines& lines) {
  const SystemClock clock;
  const Deadline deadline = Deadline::After(clock, std::chrono::seconds(30));
  while (!deadline.Passed(clock)) {
    if (auto line = lines.Next()) return *line;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return "no line came";
}

TEST(InputLines, ComeFromAPipeAsTheyAreWritten) {
  const SystemClock clock;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    InputLines lines(clock, ends[0]);
    EXPECT_FALSE(lines.Next().has_value());
    ASSERT_EQ(write(ends[1], "one\ntw", 6), 6);
    EXPECT_EQ(WaitForLine(lines), "one");
    ASSERT_EQ(write(ends[1], "o\n", 2), 2);
    EXPECT_EQ(WaitForLine(lines), "two");
    const std::string endless(20'000, 'x');
    ASSERT_EQ(write(ends[1], endless.data(), endless.size()), 20'000);
    ASSERT_EQ(write(ends[1], "\nlast", 5), 5);
    close(ends[1]);
    EXPECT_EQ(WaitForLine(lines), "last");
  }
  close(ends[0]);
}

TEST(InputLines, ComeFromAFile) {
  const SystemClock clock;
  const std::string path = testing::TempDir() + "/input-lines";
  std::ofstream(path) << "one\ntwo\n";
  const int fd = open(path.c_str(), O_RDONLY);
  {
    InputLines lines(clock, fd);
    EXPECT_EQ(WaitForLine(lines), "one");
    EXPECT_EQ(WaitForLine(lines), "two");
  }
  close(fd);
  unlink(path.c_str());
}

}  // namespace
}  // namespace twelve
