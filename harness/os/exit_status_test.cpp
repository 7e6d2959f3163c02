#include <gtest/gtest.h>

#include <csignal>

#include "harness/os/process_host.h"

namespace twelve {
namespace {

TEST(ExitStatus, SaysHowAProcessEnded) {
  EXPECT_EQ(Describe({false, 0, false}), "exit 0");
  EXPECT_EQ(Describe({false, 78, false}), "exit 78");
  EXPECT_EQ(Describe({true, SIGKILL, false}), "SIGKILL");
  EXPECT_EQ(Describe({true, SIGSEGV, true}), "SIGSEGV, core dumped");
}

TEST(ExitStatus, NamesSignals) {
  EXPECT_EQ(SignalName(SIGTERM), "SIGTERM");
  EXPECT_EQ(SignalName(70), "signal 70");
  EXPECT_EQ(SignalName(0), "signal 0");
}

TEST(ExitStatus, ReadsSignalsAsPeopleWriteThem) {
  for (const char* text : {"TERM", "SIGTERM", "term", "SigTerm", "15"}) {
    const Result<int> signal = ParseSignal(text);
    ASSERT_TRUE(signal.ok()) << text;
    EXPECT_EQ(signal.value(), SIGTERM) << text;
  }
  for (const char* text : {"", "SIG", "0", "65", "-9", "15x", "TERMINATE", " TERM"}) {
    const Result<int> signal = ParseSignal(text);
    ASSERT_FALSE(signal.ok()) << text;
    EXPECT_EQ(signal.error().code, ErrorCode::kInvalid);
    EXPECT_NE(signal.error().message.find("is not a signal"), std::string::npos);
  }
}

}  // namespace
}  // namespace twelve
