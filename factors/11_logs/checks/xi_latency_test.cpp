#include "factors/11_logs/checks/xi_latency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/check_run.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

nlohmann::json Arrival(double delay_ms, const std::string& came = "live") {
  if (delay_ms < 0) return nullptr;
  return {{"delay_ms", delay_ms}, {"came", came}};
}

/// Five markers with these delays; a negative one did not come.
Finding JudgeDelays(const std::vector<double>& out, const std::vector<double>& err,
                    const std::string& came = "live") {
  nlohmann::json facts = {{"markers", nlohmann::json::array()}, {"reproduction", "grep"}};
  for (std::size_t i = 0; i < out.size(); ++i) {
    facts["markers"].push_back(
        {{"text", "m"}, {"stdout", Arrival(out[i], came)}, {"stderr", Arrival(err[i])}});
  }
  return JudgeFacts(LogLatencyCheck(), facts.dump());
}

TEST(LogLatency, JudgesRecordedDelays) {
  const std::vector<double> none(5, -1);
  EXPECT_EQ(JudgeDelays({1, 2, 3, 4, 5}, none).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeDelays({1'000, 1'000, 1'000, 1'000, 9'000}, none).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeDelays(std::vector<double>(5, 1'001), none).verdict, Verdict::kWarn);
  EXPECT_EQ(JudgeDelays(std::vector<double>(5, 5'001), none).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeDelays({1, 1, 1, 1, -1}, none).verdict, Verdict::kPass);
  EXPECT_EQ(JudgeDelays({1, -1, -1, -1, -1}, none).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeDelays(none, none).verdict, Verdict::kInconclusive);
  EXPECT_EQ(JudgeBlocked(LogLatencyCheck()).verdict, Verdict::kInconclusive);
}

TEST(LogLatency, StderrCountsOnlyWhereStdoutHasNoRequests) {
  const std::vector<double> none(5, -1);
  const std::vector<double> prompt(5, 2);
  EXPECT_EQ(JudgeDelays(none, prompt).verdict, Verdict::kPass);
  const Finding held = JudgeDelays(std::vector<double>(5, 8'000), prompt, "pushed");
  EXPECT_EQ(held.verdict, Verdict::kFail);
  EXPECT_THAT(held.actual, HasSubstr("only after more requests had filled a buffer"));
  EXPECT_THAT(JudgeDelays(std::vector<double>(5, 8'000), none, "at_end").actual,
              HasSubstr("only when the service ended"));
}

/// A service whose log is written by `log`, which gets each request.
class LogLatencyRun : public testing::Test {
 protected:
  void Print(const std::string& text, LogStream stream = LogStream::kStdout) {
    LogStore::NewLine line;
    line.at = run_.rig.clock().Now();
    line.source = run_.rig.logs()->Source("service");
    line.stream = stream;
    line.text = text;
    run_.rig.logs()->Append({line});
  }
  Finding Run(std::function<void(const std::string&)> log) {
    FakeProgram program;
    program.answer = [log](const std::string& request) {
      log(request);
      return FakeAnswer{FakeHttp(200, "hello"), {}, FakeAnswer::End::kClose};
    };
    run_.rig.Script("", program);
    return run_.Run(LogLatencyCheck());
  }
  CheckRun run_;
};

TEST_F(LogLatencyRun, APromptLogPassesQuickly) {
  const TimePoint begin = run_.rig.clock().Now();
  EXPECT_EQ(Run([this](const std::string& request) { Print(request); }).verdict, Verdict::kPass);
  EXPECT_LT(run_.rig.clock().Now() - begin, seconds(4));
}

TEST_F(LogLatencyRun, ALogThatComesInBlocksFails) {
  std::vector<std::string> held;
  std::size_t bytes = 0;
  const Finding finding = Run([&](const std::string& request) {
    held.push_back(request);
    bytes += request.size() + 1;
    if (bytes < 8192) return;
    for (const std::string& line : held) Print(line);
    held.clear();
    bytes = 0;
  });
  EXPECT_EQ(finding.verdict, Verdict::kFail) << finding.why;
  EXPECT_THAT(finding.actual, HasSubstr("filled a buffer"));
  EXPECT_EQ(finding.evidence.back().kind, "reproduction");
}

TEST_F(LogLatencyRun, AServiceThatLogsNoRequestsIsNotJudged) {
  const Finding finding = Run([](const std::string&) {});
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_THAT(finding.why, HasSubstr("no request showed up"));
}

TEST_F(LogLatencyRun, OnlyOneOfThePathsNeedsToBeLogged) {
  const Finding finding = Run([this](const std::string& request) {
    if (request.find("?m=") != std::string::npos) Print(request, LogStream::kStderr);
  });
  EXPECT_EQ(finding.verdict, Verdict::kPass) << finding.why;
  EXPECT_THAT(finding.actual, HasSubstr("on stderr"));
}

}  // namespace
}  // namespace twelve
