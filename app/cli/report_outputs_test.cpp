#include "app/cli/report_outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReportOutputsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "twelve-outputs-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string Path(const std::string& name) const { return directory_ / name; }
  std::string Text(const std::string& name) const {
    std::ifstream file(Path(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  /// A run of no checks through all sinks.
  static void RunThrough(const ReportOutputs& outputs) {
    Target target;
    target.name = "shop";
    RunSummary summary;
    summary.target = "shop";
    summary.started = "2026-05-01T12:00:00.000Z";
    summary.exit_code = kExitInconclusive;
    for (ReportSink* sink : outputs.sinks()) {
      sink->RunStarted(target, {}, {});
      sink->RunFinished(summary);
    }
  }

  fs::path directory_;
};

TEST_F(ReportOutputsTest, WriteEveryFormatInOneRun) {
  const std::map<std::string, std::string> formats = {
      {"console", "MUST failing"}, {"json", "\"schema_version\""},
      {"junit", "<testsuites>"},   {"sarif", "\"2.1.0\""},
      {"sarif-full", "\"2.1.0\""}, {"tap", "TAP version 13"},
      {"github", "twelve shop: "}, {"markdown", "## Twelve factors"},
      {"html", "<!DOCTYPE html>"}, {"badge", "<svg"}};
  std::vector<std::string> wanted;
  for (const auto& [format, text] : formats) wanted.push_back(format + "=" + Path(format));
  Result<ReportOutputs> outputs = ReportOutputs::Open(wanted, "0.0.1");
  ASSERT_TRUE(outputs) << outputs.error().message;
  RunThrough(*outputs);
  EXPECT_TRUE(outputs->Finish());
  for (const auto& [format, text] : formats) {
    EXPECT_THAT(Text(format), HasSubstr(text)) << format;
    EXPECT_THAT(ReportOutputs::FormatNames(), HasSubstr(format));
  }
}

TEST_F(ReportOutputsTest, AppendToTheStepSummaryForGithubAlone) {
  std::ofstream(Path("summary.md")) << "of another step\n";
  for (const char* format : {"github", "markdown"}) {
    Result<ReportOutputs> outputs =
        ReportOutputs::Open({std::string(format) + "=" + Path("out")}, "0.0.1", Path("summary.md"));
    ASSERT_TRUE(outputs) << outputs.error().message;
    RunThrough(*outputs);
  }
  const std::string summary = Text("summary.md");
  EXPECT_EQ(summary.rfind("of another step\n## Twelve factors", 0), 0u) << summary;
  EXPECT_EQ(summary.find("## Twelve factors"), summary.rfind("## Twelve factors"));
}

TEST_F(ReportOutputsTest, RefuseWhatCannotBeWritten) {
  const auto refusal = [](const std::vector<std::string>& wanted) {
    const Result<ReportOutputs> outputs = ReportOutputs::Open(wanted, "0.0.1");
    return outputs ? "" : outputs.error().message;
  };
  EXPECT_THAT(refusal({"xml"}), HasSubstr("there are console, json, junit"));
  EXPECT_THAT(refusal({"html="}), HasSubstr("the file's name is missing"));
  EXPECT_THAT(refusal({"console", "tap"}), HasSubstr("only one report fits"));
  EXPECT_THAT(refusal({"tap=" + Path("no/such/place")}), HasSubstr("cannot be written"));
}

}  // namespace
}  // namespace twelve
