#include "harness/os/posix/posix_file_reader.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace twelve {
namespace {

class PosixFileReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "twelve-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string directory_;
  PosixFileReader reader_;
};

TEST_F(PosixFileReaderTest, ReadsAllBytesUpToTheLimit) {
  const std::string path = directory_ + "/file";
  const std::string bytes("a\0b\r\n", 5);
  std::ofstream(path) << bytes;
  EXPECT_EQ(reader_.Read(path, 5).value(), bytes);
  EXPECT_EQ(reader_.Read(path, 4).error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(reader_.Exists(path));
}

TEST_F(PosixFileReaderTest, SaysWhatIsWrong) {
  EXPECT_EQ(reader_.Read(directory_ + "/none", 10).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(reader_.Exists(directory_ + "/none"));
  EXPECT_EQ(reader_.Read(directory_, 10).error().code, ErrorCode::kInvalid);
  if (geteuid() != 0) {
    const std::string path = directory_ + "/secret";
    std::ofstream(path) << "x";
    chmod(path.c_str(), 0);
    EXPECT_EQ(reader_.Read(path, 10).error().code, ErrorCode::kDenied);
  }
}

TEST_F(PosixFileReaderTest, AFifoWithoutWriterIsEmptyAndBlocksNobody) {
  const std::string path = directory_ + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(reader_.Read(path, 10).value(), "");
}

}  // namespace
}  // namespace twelve
