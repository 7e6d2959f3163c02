#include "app/cli/load_plan_file.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

using std::chrono::seconds;

TEST(LoadUrl, IsReadInEveryForm) {
  const auto read = [](const char* text) {
    const auto url = ParseLoadUrl(text);
    return url ? url->address + " " + std::to_string(url->port) + " " + url->path
               : url.error().message;
  };
  EXPECT_EQ(read("http://127.0.0.1:8000/a?b=c#d"), "127.0.0.1 8000 /a?b=c");
  EXPECT_EQ(read("localhost:8000"), "127.0.0.1 8000 /");
  EXPECT_EQ(read(":8000/x"), "127.0.0.1 8000 /x");
  EXPECT_EQ(read("http://127.0.0.1/x"), "127.0.0.1 80 /x");
  EXPECT_EQ(read("http://127.0.0.1:1?x"), "127.0.0.1 1 /?x");
  EXPECT_FALSE(ParseLoadUrl("https://127.0.0.1/").ok());
  EXPECT_FALSE(ParseLoadUrl("http://example.org/").ok());
  EXPECT_FALSE(ParseLoadUrl("").ok());
}

TEST(LoadPlanFile, IsReadAsDescribed) {
  LoadPlan plan;
  const Status read = ReadLoadPlan(R"(
    // a comment
    {"arrivals": "poisson", "connections": 8, "timeout": "2s", "seed": 7,
     "phases": [{"rate": 100, "for": "10s"}, {"from": 100, "to": 1000, "for": "30s"}],
     "requests": [{"name": "read", "weight": 9},
                  {"method": "POST", "path": "/items",
                   "headers": {"Content-Type": "application/json"}, "body": "{}"}]})",
                                   plan);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(plan.loop, LoadPlan::Loop::kOpenPoisson);
  EXPECT_EQ(plan.connections, 8);
  EXPECT_EQ(plan.timeout, seconds(2));
  EXPECT_EQ(plan.seed, 7u);
  ASSERT_EQ(plan.phases.size(), 2u);
  EXPECT_EQ(plan.phases[0].to_per_second, 100);
  EXPECT_EQ(plan.phases[1].to_per_second, 1000);
  EXPECT_EQ(plan.phases[1].lasts, seconds(30));
  ASSERT_EQ(plan.mix.size(), 2u);
  EXPECT_EQ(plan.mix[0].weight, 9);
  EXPECT_EQ(plan.mix[1].name, "POST /items");
  EXPECT_EQ(plan.mix[1].headers, std::vector<std::string>{"Content-Type: application/json"});
}

TEST(LoadPlanFile, SaysWhichFieldIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "no JSON object"},
      {"{", "no JSON object"},
      {R"({"speed": 1})", "no \"speed\""},
      {R"({"arrivals": "sometimes"})", "\"arrivals\" must be"},
      {R"({"connections": 0})", "\"connections\" must be"},
      {R"({"connections": "many"})", "\"connections\" must be"},
      {R"({"timeout": 5})", "\"timeout\" must be"},
      {R"({"phases": {}})", "\"phases\" must be"},
      {R"({"phases": [{"for": "1s"}]})", "\"phases\" must be"},
      {R"({"phases": [{"rate": 1, "from": 1, "to": 2, "for": "1s"}]})", "\"phases\" must be"},
      {R"({"phases": [{"rate": 1, "while": "1s"}]})", "no \"while\""},
      {R"({"requests": [{"headers": ["a"]}]})", "\"headers\" must be"},
      {R"({"requests": [{"weight": "x"}]})", "\"weight\" must be"},
  };
  for (const auto& [text, problem] : cases) {
    LoadPlan plan;
    const Status read = ReadLoadPlan(text, plan);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_NE(read.error().message.find(problem), std::string::npos)
        << text << ": " << read.error().message;
  }
}

}  // namespace
}  // namespace twelve
