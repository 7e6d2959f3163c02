#include "harness/os/posix/posix_capabilities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/os/posix/posix_process_host.h"
#include "harness/os/posix/testdata/guarded_run.h"

namespace twelve {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What a probe says of this machine: a detail, or a reason with its remedy.
void ExpectAnswer(const Result<std::string>& probed, const char* detail) {
  if (probed) {
    EXPECT_THAT(probed.value(), HasSubstr(detail));
  } else {
    EXPECT_THAT(probed.error().message, HasSubstr("; "));
    EXPECT_EQ(probed.error().message.find('\n'), std::string::npos);
    GTEST_SKIP() << probed.error().message;
  }
}

class PosixCapabilities : public testing::Test {
 protected:
  PosixProcessHost host_{GuardedRun::GuardPath()};
};

TEST_F(PosixCapabilities, PidNamespace) {
  ExpectAnswer(ProbePidNamespace(host_), "");
}
TEST_F(PosixCapabilities, NetworkNamespace) {
  ExpectAnswer(ProbeNetworkNamespace(host_), "");
}
TEST_F(PosixCapabilities, Landlock) {
  ExpectAnswer(ProbeLandlock(), "Landlock ABI ");
}
TEST_F(PosixCapabilities, Strace) {
  ExpectAnswer(ProbeStrace(host_), "strace ");
}
TEST_F(PosixCapabilities, User) {
  const Result<std::string> probed = ProbeUser(host_);
  EXPECT_EQ(probed.ok(), geteuid() == 0);
  ExpectAnswer(probed, "any user");
}

/// A machine on which no program starts.
class RefusingHost final : public ProcessHost {
 public:
  Result<std::unique_ptr<GuardedProcess>> Spawn(const SpawnRequest& /*request*/) override {
    return Error{ErrorCode::kDenied, "nothing starts here", "", 0};
  }
};

TEST_F(PosixCapabilities, ARefusalNamesReasonAndRemedy) {
  RefusingHost refusing;
  const Result<std::string> probed = ProbePidNamespace(refusing);
  ASSERT_FALSE(probed.ok());
  EXPECT_THAT(probed.error().message, StartsWith("nothing starts here; run as root"));
  EXPECT_THAT(ProbeStrace(refusing).error().message, HasSubstr("apt install strace"));
}

}  // namespace
}  // namespace twelve
