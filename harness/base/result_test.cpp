#include "harness/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace twelve {
namespace {

TEST(Result, HoldsAValue) {
  Result<std::string> result = std::string("web.1");
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value(), "web.1");
  EXPECT_EQ(result->size(), 5u);
}

TEST(Result, HoldsAnErrorEvenWhenTheValueIsAString) {
  Result<std::string> result = InvalidError("no such process type: wbe");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
}

TEST(Result, OfNothingIsASuccess) {
  EXPECT_TRUE(Status().ok());
  EXPECT_FALSE(Status(InvalidError("x")).ok());
}

TEST(SystemError, NamesTheCallAndTheReason) {
  const Error error = SystemError("cannot start \"nodee\"", "execvpe", ENOENT);
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "cannot start \"nodee\": No such file or directory (execvpe)");
  EXPECT_EQ(error.sys_errno, ENOENT);
}

TEST(SystemError, ChoosesTheCodesThatCallersBranchOn) {
  EXPECT_EQ(SystemError("", "", EADDRINUSE).code, ErrorCode::kBusy);
  EXPECT_EQ(SystemError("", "", EPERM).code, ErrorCode::kDenied);
  EXPECT_EQ(SystemError("", "", ECONNREFUSED).code, ErrorCode::kClosed);
  EXPECT_EQ(SystemError("", "", EIO).code, ErrorCode::kSystem);
}

}  // namespace
}  // namespace twelve
