#include "harness/conformance/check.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

Finding Fails(const Observation&, const Check&, const Calibration&) {
  return MakeFinding(Verdict::kFail, "ends within 10 s", "still running", 3);
}

TEST(Observation, SurvivesJson) {
  Observation observation;
  observation.blocked = "no \"slow\" answer";
  observation.unready = true;
  observation.not_declared = "slow";
  observation.facts = {{"samples", {1, 2.5}}, {"text", "tab\there"}};
  observation.evidence = {{"log", "a\nb"}};
  const std::string saved = ToJson(observation).dump();
  const Result<Observation> back = ObservationFromJson(nlohmann::json::parse(saved));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(ToJson(*back).dump(), saved);
}

TEST(Observation, RejectsWhatItDoesNotKnow) {
  for (const char* text : {"[]", R"({"blocked": 1})", R"({"more": ""})", R"({"evidence": [1]})",
                           R"({"evidence": [{"kind": "log"}]})", R"({"facts": []})"}) {
    EXPECT_FALSE(ObservationFromJson(nlohmann::json::parse(text)).ok()) << text;
  }
}

TEST(Judge, BlockedIsNeverDecided) {
  Check check;
  check.decide = Fails;
  Observation observation;
  observation.blocked = "port 8080 is taken";
  observation.evidence = {{"log", "line"}};
  const Finding finding = Judge(check, observation, {});
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_EQ(finding.why, "port 8080 is taken");
  ASSERT_EQ(finding.evidence.size(), 1u);
}

TEST(Judge, AFailCarriesItsReproductionLast) {
  Check check;
  check.decide = Fails;
  Observation observation;
  observation.facts["reproduction"] = "kill -TERM $pid";
  observation.evidence = {{"timeline", "t"}};
  const Finding finding = Judge(check, observation, {});
  ASSERT_EQ(finding.evidence.size(), 2u);
  EXPECT_EQ(finding.evidence[1].kind, "reproduction");
  EXPECT_EQ(finding.evidence[1].text, "kill -TERM $pid");
}

TEST(Limit, FindsTheThreshold) {
  Check check;
  check.thresholds = {{"pass_ms", 10'000, "ms", "Docker's stop default"}};
  EXPECT_EQ(Limit(check, "pass_ms"), 10'000);
}

}  // namespace
}  // namespace twelve
