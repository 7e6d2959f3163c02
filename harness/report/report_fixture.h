#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "harness/report/console_sink.h"
#include "harness/report/finished_report.h"
#include "harness/report/json_sink.h"

namespace twelve {

inline std::string TestData(const std::string& name) {
  return std::string(std::getenv("TWELVE_SOURCE")) + "/harness/report/testdata/" + name;
}

/// Compares with a golden file; with TWELVE_APPROVE set, writes it instead.
inline void ExpectGolden(const std::string& name, const std::string& actual) {
  ASSERT_NE(std::getenv("TWELVE_SOURCE"), nullptr);
  if (std::getenv("TWELVE_APPROVE") != nullptr) std::ofstream(TestData(name)) << actual;
  std::ifstream file(TestData(name));
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(actual, golden.str()) << "TWELVE_APPROVE=1 writes " << name << " anew";
}

inline Check MakeCheck(std::string_view id, Level level) {
  Check check;
  check.id = id;
  check.factor = 9;
  check.level = level;
  check.question = "Does it?";
  check.remedy = "Handle SIGTERM: stop listening, finish what is being answered, end the process.";
  check.cost_seconds = 12;
  return check;
}

/// Every verdict, every group, and text that wants to break a report.
class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    target_.name = "shop\x1b[31m";
    target_.command = "./shop --say \"\xff\x01\" && true";
    target_.source = "twelve.json";
    target_.environment = {{"DB_PASSWORD", "hunter2hunter2"},
                           {"DATABASE_URL", "postgres://app:s3cr3tpw@127.0.0.1/db"},
                           {"GREETING", "hello"}};
    Add(pass_, Verdict::kPass, "gone 0.02 s after SIGTERM (exit 0)", "");
    Add(warn_, Verdict::kWarn, "18.20 s after SIGTERM", "");
    results_.back().finding.expected = "within 10 s";
    Add(fail_, Verdict::kFail, "still running: 77 ./shop\x1b]0;owned\x07 --key hunter2hunter2", "");
    Finding& failed = results_.back().finding;
    failed.expected = "everything gone within 10 s of SIGTERM";
    failed.samples = 3;
    results_.back().observation.facts = {
        {"signal", "SIGTERM"},
        {"samples", {{{"gone", false}, {"signal_ms", 1500.0}}, {{"gone_ms", 23.4}}}},
        {"samples_ms", {250, 0, 31'000}}};
    failed.evidence = {
        {"log", std::string("stderr | \x1b[2J\x1b[Hcleared?\nstdout | nul \0 here", 44)},
        {"log", "login postgres://app:s3cr3tpw@127.0.0.1/db as app:s3cr3tpw"},
        {"reproduction",
         "cd /srv/shop\nenv -i GREETING=hello ./shop &\npid=$!\nkill -TERM $pid\n"}};
    Add(should_, Verdict::kFail, "7.00 s in the median of 5 starts", "");
    Add(unmeasured_, Verdict::kInconclusive, "",
        "this machine does not offer pid_namespace: run as root");
    Add(na_, Verdict::kNa, "", "does not apply: there is no worker");
    Add(undeclared_, Verdict::kNa, "", "not declared: slow");
    results_.back().finding.not_declared = "slow";
    Add(left_out_, Verdict::kNa, "", "left out by --quick: it takes about 40 s");
    results_.back().finding.left_out = true;
  }

  void Add(const Check& check, Verdict verdict, const std::string& actual, const std::string& why) {
    CheckResult result;
    result.check = &check;
    result.finding.verdict = verdict;
    result.finding.actual = actual;
    result.finding.why = why;
    result.took = std::chrono::milliseconds(1234);
    results_.push_back(std::move(result));
  }

  std::string Report(const std::function<std::unique_ptr<ReportSink>(ConsoleSink::Write)>& make) {
    std::string out;
    const auto sink = make([&out](std::string_view text) { out += text; });
    sink->RunStarted(target_, {&pass_, &warn_, &fail_, &should_, &unmeasured_, &na_}, {});
    for (const CheckResult& result : results_) {
      if (!result.finding.not_declared.empty() || result.finding.left_out) continue;
      sink->CheckStarted(*result.check);
      sink->CheckFinished(result);
    }
    RunSummary summary;
    summary.target = target_.name;
    summary.started = "2026-05-01T12:00:00.000Z";
    summary.took = std::chrono::milliseconds(97'000);
    summary.results = results_;
    summary.exit_code = 1;
    sink->RunFinished(summary);
    return out;
  }
  std::string Document(DocumentSink::Render render) {
    return Report([&](ConsoleSink::Write write) -> std::unique_ptr<ReportSink> {
      return std::make_unique<DocumentSink>("0.0.1", render, write);
    });
  }
  std::string Console(ConsoleOptions options) {
    options.version = "0.0.1";
    return Report([&](ConsoleSink::Write write) -> std::unique_ptr<ReportSink> {
      return std::make_unique<ConsoleSink>(options, write);
    });
  }
  std::string Json() {
    return Report([](ConsoleSink::Write write) -> std::unique_ptr<ReportSink> {
      return std::make_unique<JsonSink>("0.0.1", write);
    });
  }

  const Check pass_ = MakeCheck("IX-term-idle", Level::kMust);
  const Check warn_ = MakeCheck("IX-slow-end", Level::kMust);
  const Check fail_ = MakeCheck("IX-term-drain", Level::kMust);
  const Check should_ = MakeCheck("IX-startup-time", Level::kShould);
  const Check unmeasured_ = MakeCheck("IX-term-pid1", Level::kMust);
  const Check na_ = MakeCheck("VIII-worker", Level::kShould);
  const Check undeclared_ = MakeCheck("IX-job-return", Level::kMust);
  const Check left_out_ = MakeCheck("IX-long", Level::kShould);
  Target target_;
  std::vector<CheckResult> results_;
};

}  // namespace twelve
