// The whole binary: violations of factor XI do what their rows say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/service/service_process.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LogViolations : public ::testing::Test {
 protected:
  /// Everything on stdout of a service that answered one request and was ended.
  std::string Output(const std::string& violation) {
    ServiceProcess service(directory_, {.arguments = {"web", "--violate", violation},
                                        .environment = {{"DRAIN_DELAY_MS", "1"}}});
    const std::uint16_t port = service.FindPort();
    EXPECT_NE(port, 0) << service.Stderr();
    EXPECT_EQ(RawClient(port).Get("/health")->status, 200);
    service.Signal(SIGTERM);
    EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
    return service.Stdout();
  }
  std::string File() const {
    std::stringstream content;
    content << std::ifstream(directory_.path() + "/app.log").rdbuf();
    return content.str();
  }
  ScratchDirectory directory_;
};

TEST_F(LogViolations, AnsiMultilineIsColoursOverManyLines) {
  const std::string out = Output("ansi-multiline");
  EXPECT_THAT(out, ::testing::StartsWith("\x1b[32m{\n  \"timestamp\""));
  EXPECT_THAT(out, HasSubstr("\"path\": \"/health\""));
}

TEST_F(LogViolations, LogToFileKeepsACopy) {
  const std::string out = Output("log-to-file");
  // Not equal: of two threads each may come first in one of the two.
  EXPECT_EQ(out.size(), File().size());
  EXPECT_THAT(File(), HasSubstr("\"path\":\"/health\""));
}

TEST_F(LogViolations, LostOnExitHasNoLastWords) {
  EXPECT_THAT(Output("lost-on-exit"), Not(HasSubstr("\"stopped\"")));
}

TEST_F(LogViolations, SilentSaysNothing) {
  EXPECT_EQ(Output("silent"), "");
  EXPECT_EQ(File(), "");
}

TEST_F(LogViolations, SplitWritesComeInPieces) {
  // Whole again on a pipe with one reader; the pieces show in what one read gives.
  EXPECT_THAT(Output("split-writes"), HasSubstr("\"path\":\"/health\""));
  ServiceProcess service(
      directory_, {.arguments = {"web", "--violate", "split-writes"}, .stdout_keeps_writes = true});
  ASSERT_NE(service.FindPort(), 0) << service.Stderr();
  service.Signal(SIGTERM);
  EXPECT_EQ(service.WaitForExit(), 0) << service.Stderr();
  EXPECT_GT(service.Writes(), 20);
  ServiceProcess good(directory_, {.stdout_keeps_writes = true});
  ASSERT_NE(good.FindPort(), 0) << good.Stderr();
  good.Signal(SIGTERM);
  EXPECT_EQ(good.WaitForExit(), 0) << good.Stderr();
  const std::string text = good.Stdout();
  EXPECT_EQ(good.Writes(), std::count(text.begin(), text.end(), '\n'));
}

TEST_F(LogViolations, SyslogDirectLeavesStdoutEmpty) {
  EXPECT_EQ(Output("syslog-direct"), "");
  EXPECT_EQ(File(), "");
}

}  // namespace
}  // namespace twelve
