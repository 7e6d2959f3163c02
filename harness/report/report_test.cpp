#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/report_fixture.h"

namespace twelve {
namespace {

TEST_F(ReportTest, ConsoleWithoutATerminal) {
  const std::string report = Console({false, false, 80, ""});
  ExpectGolden("console_plain.txt", report);
  EXPECT_EQ(report.find('\x1b'), std::string::npos);
}

TEST_F(ReportTest, ConsoleOnATerminalHasOnlyOurOwnColours) {
  const std::string report = Console({true, true, 60, ""});
  ExpectGolden("console_colour.txt", report);
  EXPECT_EQ(report.find("\x1b]"), std::string::npos);
  EXPECT_EQ(report.find("\x1b[2J"), std::string::npos);
}

TEST_F(ReportTest, Json) {
  const std::string report = Json();
  ExpectGolden("report.json", report);
  const nlohmann::json parsed = nlohmann::json::parse(report);
  EXPECT_EQ(parsed["checks"].size(), results_.size());
  EXPECT_EQ(parsed["counts"]["FAIL"], 2);
  EXPECT_EQ(parsed["counts"]["not_declared"], 1);
  EXPECT_EQ(parsed["exit_code"], 1);
}

TEST_F(ReportTest, NoReportShowsASecret) {
  for (const std::string& report : {Console({false, false, 80, ""}), Json()}) {
    EXPECT_EQ(report.find("hunter2"), std::string::npos);
    EXPECT_EQ(report.find("s3cr3tpw"), std::string::npos);
    EXPECT_NE(report.find("[masked]"), std::string::npos);
    EXPECT_NE(report.find("GREETING=hello"), std::string::npos);
  }
}

}  // namespace
}  // namespace twelve
