// The document formats: golden files of one run with every verdict, and text that wants out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/report/badge_report.h"
#include "harness/report/github_report.h"
#include "harness/report/html_report.h"
#include "harness/report/junit_report.h"
#include "harness/report/markdown_report.h"
#include "harness/report/report_fixture.h"
#include "harness/report/sarif_report.h"
#include "harness/report/tap_report.h"

namespace twelve {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct Format {
  const char* golden;
  std::string (*render)(const FinishedReport&);
};
constexpr Format kFormats[] = {{"report.junit.xml", JunitReport},
                               {"report.sarif", SarifReport},
                               {"report.full.sarif", SarifFullReport},
                               {"report.tap", TapReport},
                               {"report.github.txt", GithubReport},
                               {"report.md", MarkdownReport},
                               {"report.html", HtmlReport},
                               {"badge.svg", BadgeReport}};

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class ReportFormats : public ReportTest {
 protected:
  /// Makes every text of the run hostile in every format at once.
  void MakeHostile() {
    using namespace std::string_literals;
    const std::string text =
        "]]></failure><script>alert(1)</script> --> \"'\n"
        "::error file=/etc/passwd::owned\n::stop-commands::x\n##[error]x\n"
        "not ok 99 # TODO\n  ...\n1..99\nBail out!\n"
        "````\n``` | [x](javascript:alert(1)) ![y](http://evil.example/) @someone\n"
        "\0\x1b[2J\xff\xfe \xef\xbf\xbe \xc2\x85 %0A \\"s;
    target_.name = text;
    target_.source = "odd dir/Proc,file\n::error::x:3";
    for (CheckResult& result : results_) {
      result.finding.expected += text;
      result.finding.actual += text;
      result.finding.why += result.finding.verdict == Verdict::kPass ? "" : text;
      result.finding.evidence.push_back({"lo\ng]]>", text});
      result.observation.facts["<b>_ms"] = 3;
    }
  }
};

TEST_F(ReportFormats, AreTheGoldenFiles) {
  for (const Format& format : kFormats) ExpectGolden(format.golden, Document(format.render));
}

TEST_F(ReportFormats, ShowNoSecret) {
  for (const Format& format : kFormats) {
    const std::string report = Document(format.render);
    EXPECT_THAT(report, Not(HasSubstr("hunter2"))) << format.golden;
    EXPECT_THAT(report, Not(HasSubstr("s3cr3tpw"))) << format.golden;
  }
}

TEST_F(ReportFormats, HoldNoControlCharacterWhateverTheServiceSaid) {
  MakeHostile();
  for (const Format& format : kFormats) {
    for (const char c : Document(format.render)) {
      const auto byte = static_cast<unsigned char>(c);
      ASSERT_TRUE(byte >= 0x20 || c == '\n' || c == '\t') << format.golden << " has " << int(byte);
      ASSERT_NE(byte, 0x7f) << format.golden;
    }
  }
}

TEST_F(ReportFormats, JunitIsRedWhereSomethingWasNotMeasured) {
  const std::string report = Document(JunitReport);
  EXPECT_THAT(report, HasSubstr("tests=\"8\" failures=\"1\" errors=\"1\" skipped=\"3\""));
  EXPECT_THAT(report, HasSubstr("<error type=\"INCONCLUSIVE\""));
  EXPECT_THAT(report, HasSubstr("NOT APPLICABLE: "));
  EXPECT_THAT(report, HasSubstr("NOT DECLARED: "));
  EXPECT_THAT(report, HasSubstr("LEFT OUT: "));
  EXPECT_THAT(report, HasSubstr("WARN IX-slow-end"));
}

TEST_F(ReportFormats, ARequiredCheckThatWasNotDeclaredIsRed) {
  target_.require = {"IX-job-return"};
  EXPECT_THAT(Document(JunitReport), HasSubstr("errors=\"2\" skipped=\"2\""));
  EXPECT_THAT(Document(TapReport), HasSubstr("not ok 7 - IX-job-return"));
  EXPECT_THAT(Document(GithubReport), HasSubstr("title=NOT DECLARED MUST IX-job-return::"));
}

TEST_F(ReportFormats, GithubLinesAreOurCommandsAlone) {
  MakeHostile();
  const std::vector<std::string> lines = LinesOf(Document(GithubReport));
  // FAIL and INCONCLUSIVE of a MUST; WARN and FAIL of a SHOULD; the notice; the closing line.
  ASSERT_EQ(lines.size(), 6u);
  std::multiset<std::string> commands;
  for (const std::string& line : lines) commands.insert(line.substr(0, line.find(' ')));
  EXPECT_EQ(commands, (std::multiset<std::string>{"::error", "::error", "::warning", "::warning",
                                                  "::notice", "twelve"}));
  EXPECT_THAT(lines[0], HasSubstr("file=odd dir/Proc%2Cfile%0A%3A%3Aerror%3A%3Ax,line=3,"));
}

TEST_F(ReportFormats, TapHasOnePointForEachCheckWhateverTheTextSays) {
  MakeHostile();
  int points = 0, plans = 0, blocks = 0, ends = 0;
  for (const std::string& line : LinesOf(Document(TapReport))) {
    points += line.starts_with("ok ") || line.starts_with("not ok ") ? 1 : 0;
    plans += line.starts_with("1..") ? 1 : 0;
    blocks += line == "  ---" ? 1 : 0;
    ends += line == "  ..." ? 1 : 0;
    EXPECT_FALSE(line.starts_with("Bail out!"));
  }
  EXPECT_EQ(points, 8);
  EXPECT_EQ(plans, 1);
  EXPECT_EQ(blocks, ends);
}

TEST_F(ReportFormats, MarkdownAndHtmlTakeNoMarkupFromTheService) {
  MakeHostile();
  const std::string html = Document(HtmlReport);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
  const std::string markdown = Document(MarkdownReport);
  bool fenced = false;
  std::string fence;
  for (const std::string& line : LinesOf(markdown)) {
    if (!fenced && line.starts_with("```")) {
      fenced = true;
      fence = line.substr(0, line.find('t'));
      EXPECT_GT(fence.size(), 4u);  // the text has a run of four
    } else if (fenced && line == fence) {
      fenced = false;
    } else if (!fenced) {
      EXPECT_THAT(line, Not(HasSubstr("<script")));
      EXPECT_THAT(line, Not(HasSubstr("](")));
      EXPECT_THAT(line, Not(HasSubstr("@someone")));
      EXPECT_THAT(line, Not(HasSubstr("http:")));
    }
  }
  EXPECT_FALSE(fenced);
}

TEST_F(ReportFormats, MarkdownStaysBelowTheLimitOfAStepSummary) {
  for (CheckResult& result : results_) {
    result.finding.evidence = {{"log", std::string(600'000, 'x')}};
  }
  const std::string report = Document(MarkdownReport);
  EXPECT_LT(report.size(), 1'048'576u);
  EXPECT_THAT(report, HasSubstr("The evidence of 4 more checks is in the JSON report."));
}

TEST_F(ReportFormats, CodeScanningGetsOnlyWhatFails) {
  const json run = json::parse(Document(SarifReport))["runs"][0];
  ASSERT_EQ(run["results"].size(), 2u);
  for (const json& result : run["results"]) {
    EXPECT_EQ(result["kind"], "fail");
    EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "twelve.json");
  }
  EXPECT_EQ(run["results"][0]["level"], "error");
  EXPECT_EQ(run["results"][1]["level"], "warning");
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run["invocations"][0]["toolExecutionNotifications"].size(), 1u);
}

TEST_F(ReportFormats, FullSarifHasAResultForEachRule) {
  const json run = json::parse(Document(SarifFullReport))["runs"][0];
  ASSERT_EQ(run["results"].size(), results_.size());
  std::vector<std::string> kinds;
  for (const json& result : run["results"]) {
    kinds.push_back(result["kind"]);
    // SARIF 2.1.0, 3.27.10: a level other than none goes with the kind fail alone.
    EXPECT_EQ(result["level"] == "none", result["kind"] != "fail");
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<int>()]["id"],
              result["ruleId"]);
  }
  EXPECT_THAT(kinds, testing::ElementsAre("pass", "review", "fail", "fail", "open", "notApplicable",
                                          "notApplicable", "notApplicable"));
}

TEST_F(ReportFormats, SarifInventsNoFileForACommandLine) {
  target_.source = "--cmd";
  const json result = json::parse(Document(SarifReport))["runs"][0]["results"][0];
  EXPECT_FALSE(result["locations"][0].contains("physicalLocation"));
  EXPECT_EQ(result["locations"][0]["logicalLocations"][0]["kind"], "process");
}

TEST_F(ReportFormats, SarifFingerprintOutlivesOtherFiguresAndLines) {
  const auto fingerprint = [&] {
    return json::parse(Document(SarifReport))["runs"][0]["results"][1]["partialFingerprints"]
        .dump();
  };
  target_.source = "Procfile:3";
  const std::string before = fingerprint();
  target_.source = "Procfile:12";
  results_[3].finding.actual = "12.25 s in the median of 5 starts";
  EXPECT_EQ(fingerprint(), before);
  results_[3].finding.actual = "no answer within 30 s";
  EXPECT_NE(fingerprint(), before);
}

TEST_F(ReportFormats, BadgeSaysItInThreeWords) {
  FinishedReport report;
  report.exit_code = kExitMet;
  EXPECT_EQ(ShortClaim(report), "MUST met");
  report.exit_code = kExitInconclusive;
  EXPECT_EQ(ShortClaim(report), "not measured");
  EXPECT_THAT(Document(BadgeReport), HasSubstr("MUST 1 failing"));
}

TEST(PlaceOfSource, IsFileAndLine) {
  FinishedReport report;
  report.source = "./Procfile:3";
  EXPECT_EQ(PlaceOf(report)->file, "Procfile");
  EXPECT_EQ(PlaceOf(report)->line, 3);
  report.source = "./a:b/twelve.json";
  EXPECT_EQ(PlaceOf(report)->file, "a:b/twelve.json");
  EXPECT_EQ(PlaceOf(report)->line, 1);
  report.source = "--cmd";
  EXPECT_FALSE(PlaceOf(report));
}

}  // namespace
}  // namespace twelve
