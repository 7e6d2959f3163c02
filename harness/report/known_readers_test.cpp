// The reports as readers that nobody here wrote see them: xmllint, prove, tap-parser, and the
// validator of SARIF's own authors.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/report/badge_report.h"
#include "harness/report/html_report.h"
#include "harness/report/junit_report.h"
#include "harness/report/report_fixture.h"
#include "harness/report/sarif_report.h"
#include "harness/report/tap_report.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHostile =
    "]]></failure><script>alert(1)</script> --> \" ' &amp;\n not ok 9 # TODO\n  ...\n1..99\n"
    "Bail out!\n\x1b[2J\xff \xef\xbf\xbe \xc2\x85 \\ # SKIP";

bool OnThisMachine(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

/// The build tree, where the tools go that npm installs.
fs::path BuildTree() {
  const char* const bin = std::getenv("TWELVE_BIN");
  return bin == nullptr ? fs::temp_directory_path() : fs::path(bin) / "..";
}

class KnownReaders : public ReportTest {
 protected:
  void SetUp() override {
    ASSERT_NE(std::getenv("TWELVE_SOURCE"), nullptr);
    std::string made = (fs::temp_directory_path() / "twelve-report-XXXXXX").string();
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    directory_ = made;
  }
  void TearDown() override { fs::remove_all(directory_); }

  void MakeHostile() {
    target_.name += kHostile;
    for (CheckResult& result : results_) {
      result.finding.expected += kHostile;
      result.finding.actual += kHostile;
      if (result.finding.verdict != Verdict::kPass) result.finding.why += kHostile;
      result.finding.evidence.push_back({"log", std::string(kHostile)});
    }
  }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = (directory_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

  /// Runs a shell line; `output_` has what it printed. Its exit code.
  int Run(const std::string& line) {
    const std::string log = (directory_ / "log").string();
    const int status = std::system(fmt::format("( {} ) >'{}' 2>&1", line, log).c_str());
    std::ifstream file(log);
    std::stringstream text;
    text << file.rdbuf();
    output_ = text.str();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  /// Where a package is, installed on first use; empty when npm could not. The version is pinned
  /// by the caller: another one gets another directory.
  std::string NpmPackage(const std::string& name, const std::string& version) {
    const std::string flat = name.substr(name.find('/') + 1);  // npos + 1 is 0
    const fs::path home = BuildTree() / "npm" / fmt::format("{}-{}", flat, version);
    if (!fs::exists(home)) {
      // Beside it first: another test may be at it too, and half an installation is none.
      const fs::path fresh = fmt::format("{}.{}", home.string(), ::getpid());
      fs::create_directories(fresh);
      if (Run(fmt::format("npm install --prefix '{}' --no-audit --no-fund '{}@{}'", fresh.string(),
                          name, version)) != 0) {
        return "";
      }
      std::error_code lost;
      fs::rename(fresh, home, lost);
      if (lost) fs::remove_all(fresh);
    }
    return (home / "node_modules" / name).string();
  }

  fs::path directory_;
  std::string output_;
};

TEST_F(KnownReaders, XmllintTakesJunitByItsSchema) {
  if (!OnThisMachine("xmllint")) GTEST_SKIP() << "install the Debian package libxml2-utils";
  const std::string xmllint = "xmllint --noout --schema '" + TestData("junit.xsd") + "' ";
  EXPECT_EQ(Run(xmllint + Write("report.xml", Document(JunitReport))), 0) << output_;
  MakeHostile();
  EXPECT_EQ(Run(xmllint + Write("hostile.xml", Document(JunitReport))), 0) << output_;
  results_.clear();
  EXPECT_EQ(Run(xmllint + Write("empty.xml", Document(JunitReport))), 0) << output_;
}

TEST_F(KnownReaders, XmllintRefusesJunitThatReadersDropPartsOf) {
  if (!OnThisMachine("xmllint")) GTEST_SKIP() << "install the Debian package libxml2-utils";
  const std::string xmllint = "xmllint --noout --schema '" + TestData("junit.xsd") + "' ";
  results_.push_back(results_.front());  // GitLab would keep the first only
  EXPECT_NE(Run(xmllint + Write("twice.xml", Document(JunitReport))), 0);
}

TEST_F(KnownReaders, XmllintFindsThePageAndTheBadgeWellFormed) {
  if (!OnThisMachine("xmllint")) GTEST_SKIP() << "install the Debian package libxml2-utils";
  for (const bool hostile : {false, true}) {
    if (hostile) MakeHostile();
    EXPECT_EQ(Run("xmllint --noout " + Write("page.html", Document(HtmlReport))), 0) << output_;
    EXPECT_EQ(Run("xmllint --noout " + Write("badge.svg", Document(BadgeReport))), 0) << output_;
    EXPECT_EQ(Run("xmllint --html --noout --nowarning " + (directory_ / "page.html").string()), 0)
        << output_;
  }
}

TEST_F(KnownReaders, ProveReadsTap) {
  if (!OnThisMachine("prove")) GTEST_SKIP() << "prove comes with perl";
  for (const bool hostile : {false, true}) {
    if (hostile) MakeHostile();
    EXPECT_EQ(Run("prove --exec cat " + Write("report.tap", Document(TapReport))), 1);
    EXPECT_THAT(output_, HasSubstr("Failed tests:  3, 5"));
    EXPECT_THAT(output_, Not(HasSubstr("Parse errors")));
  }
}

TEST_F(KnownReaders, TapParserTakesIt) {
  if (!OnThisMachine("npm")) GTEST_SKIP() << "install the Debian packages nodejs and npm";
  const std::string package = NpmPackage("tap-parser", "11.0.2");
  ASSERT_FALSE(package.empty()) << output_;
  for (const bool hostile : {false, true}) {
    if (hostile) MakeHostile();
    const std::string path = Write("report.tap", Document(TapReport));
    EXPECT_EQ(Run(fmt::format("node '{}/bin/cmd.js' --strict --json <{}", package, path)), 1);
    const json events = json::parse(output_, nullptr, false);
    ASSERT_TRUE(events.is_array()) << output_;
    const json& complete = events.back();
    ASSERT_EQ(complete[0], "complete");
    EXPECT_EQ(complete[1]["count"], 8);
    EXPECT_EQ(complete[1]["pass"], 5);
    EXPECT_EQ(complete[1]["fail"], 3);
    EXPECT_EQ(complete[1]["skip"], 3);
    EXPECT_EQ(complete[1]["todo"], 1);
    for (const json& event : events) EXPECT_NE(event[0], "extra") << event.dump();
    for (const json& failure : complete[1]["failures"]) {
      EXPECT_FALSE(failure.contains("tapError")) << failure.dump();
    }
  }
}

TEST_F(KnownReaders, SarifMultitoolFindsNothingToSay) {
  if (!OnThisMachine("npm")) GTEST_SKIP() << "install the Debian packages nodejs and npm";
  const std::string package = NpmPackage("@microsoft/sarif-multitool-linux", "5.7.0");
  ASSERT_FALSE(package.empty()) << output_;
  fs::permissions(package + "/Sarif.Multitool", fs::perms::owner_exec, fs::perm_options::add);
  const auto validate = [&](const std::string& report) {
    const std::string path = Write("report.sarif", report);
    const std::string out = (directory_ / "said.sarif").string();
    // Its exit code is 0 whatever it finds.
    Run(
        fmt::format("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 '{}/Sarif.Multitool' validate {} "
                    "--rule-kind 'Sarif;Gh' --level 'Error;Warning' --log ForceOverwrite -o {}",
                    package, path, out));
    std::ifstream file(out);
    const json said = json::parse(file, nullptr, false);
    if (!said.is_object()) return "no answer: " + output_;
    std::string complaints;
    for (const json& result : said["runs"][0].value("results", json::array())) {
      if (result.value("ruleId", "") == "SARIF2005") continue;  // it has no page of its own
      complaints += result.value("ruleId", "?") + " " + result["message"].dump() + "\n";
    }
    return complaints;
  };
  EXPECT_EQ(validate(Document(SarifReport)), "");
  MakeHostile();
  EXPECT_EQ(validate(Document(SarifFullReport)), "");
  json broken = json::parse(Document(SarifReport));
  json& result = broken["runs"][0]["results"][0];
  result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "with blanks.json";
  EXPECT_NE(validate(broken.dump()), "");
}

}  // namespace
}  // namespace twelve
