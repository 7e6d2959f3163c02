#include "harness/load/load_plan.h"

#include <gtest/gtest.h>

#include "harness/load/load_request.h"

namespace twelve {
namespace {

LoadPlan Sound() {
  LoadPlan plan;
  plan.targets = {{"web.1", 20001}};
  return plan;
}

TEST(LoadPlan, ASoundPlanIsAccepted) {
  EXPECT_TRUE(Validate(Sound()).ok());
}

TEST(LoadPlan, WhatHasNoBoundsOrNoSenseIsRefused) {
  using Spoil = void (*)(LoadPlan&);
  const std::pair<const char*, Spoil> cases[] = {
      {"no target", [](LoadPlan& p) { p.targets.clear(); }},
      {"no port", [](LoadPlan& p) { p.targets[0].port = 0; }},
      {"0 connections", [](LoadPlan& p) { p.connections = 0; }},
      {"above 0", [](LoadPlan& p) { p.rate_per_second = 0; }},
      {"above 0", [](LoadPlan& p) { p.rate_per_second = -1; }},
      {"nan", [](LoadPlan& p) { p.rate_per_second = std::numeric_limits<double>::quiet_NaN(); }},
      {"one hour", [](LoadPlan& p) { p.duration = std::chrono::hours(2); }},
      {"max_requests", [](LoadPlan& p) { p.max_requests = 0; }},
      {"timeout", [](LoadPlan& p) { p.timeout = Duration::zero(); }},
      {"probe period", [](LoadPlan& p) { p.probe_period = Duration::zero(); }},
      {"HTTP method", [](LoadPlan& p) { p.method = "GET /"; }},
      {"must begin with /", [](LoadPlan& p) { p.path = "x"; }},
      {"must begin with /", [](LoadPlan& p) { p.path = "/ HTTP/1.1\r\nX: y"; }},
      {"must begin with /", [](LoadPlan& p) { p.ready_path = ""; }},
      {"Name: value", [](LoadPlan& p) { p.headers = {"X: y\r\nZ: w"}; }},
      {"Name: value", [](LoadPlan& p) { p.headers = {"no colon"}; }},
  };
  for (const auto& [word, spoil] : cases) {
    LoadPlan plan = Sound();
    spoil(plan);
    const Status status = Validate(plan);
    ASSERT_FALSE(status.ok()) << word;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
    EXPECT_NE(status.error().message.find(word), std::string::npos) << status.error().message;
  }
}

TEST(LoadPlan, TheClosedLoopNeedsNoRate) {
  LoadPlan plan = Sound();
  plan.loop = LoadPlan::Loop::kClosed;
  plan.rate_per_second = 0;
  EXPECT_TRUE(Validate(plan).ok());
}

TEST(LoadPlan, EveryOutcomeHasItsOwnWord) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < kOutcomes; ++i) words.push_back(ToString(static_cast<Outcome>(i)));
  std::sort(words.begin(), words.end());
  EXPECT_EQ(std::unique(words.begin(), words.end()), words.end());
  EXPECT_FALSE(Failed(Outcome::kOk));
  EXPECT_TRUE(Failed(Outcome::kNotSent));
}

TEST(RequestBytes, AddsHostAndLength) {
  LoadPlan plan = Sound();
  EXPECT_EQ(RequestBytes(KindsOf(plan)[0], {"web.1", 20001}),
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:20001\r\n\r\n");
  plan.method = "POST";
  plan.headers = {"host: shop.test", "Content-Length: 999", "X-Id: 7"};
  plan.body = "abc";
  EXPECT_EQ(RequestBytes(KindsOf(plan)[0], {"web.1", 20001}),
            "POST / HTTP/1.1\r\nhost: shop.test\r\nX-Id: 7\r\nContent-Length: 3\r\n\r\nabc");
}

}  // namespace
}  // namespace twelve
