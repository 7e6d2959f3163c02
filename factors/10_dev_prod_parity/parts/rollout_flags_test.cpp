#include "factors/10_dev_prod_parity/parts/rollout_flags.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

RolloutFlags Flags(const std::string& json) {
  Result<RolloutFlags> flags = RolloutFlags::Parse(json);
  EXPECT_TRUE(flags.ok()) << flags.error().message;
  return std::move(flags).value();
}

std::vector<std::string> UsersOf(const RolloutFlags& flags, std::string_view flag) {
  std::vector<std::string> in;
  for (int i = 0; i < 10'000; ++i) {
    std::string user = fmt::format("user-{}", i);
    if (flags.IsOn(flag, user)) in.push_back(std::move(user));
  }
  return in;
}

TEST(RolloutFlags, AreOnForEverybodyOrNobody) {
  const RolloutFlags flags =
      Flags(R"({"a": true, "b": false, "c": {"enabled": true}, "d": {"percent": 100}, "e": {}})");
  for (const char* user : {"", "ann"}) {
    EXPECT_TRUE(flags.IsOn("a", user));
    EXPECT_FALSE(flags.IsOn("b", user));
    EXPECT_TRUE(flags.IsOn("c", user));
    EXPECT_FALSE(flags.IsOn("d", user)) << "a flag is off until it says that it is enabled";
    EXPECT_FALSE(flags.IsOn("e", user));
    EXPECT_FALSE(flags.IsOn("undeclared", user));
  }
}

TEST(RolloutFlags, TakeInAboutThePartThatIsAskedFor) {
  for (const double percent : {0.5, 10.0, 25.0, 50.0, 90.0}) {
    const RolloutFlags flags =
        Flags(fmt::format(R"({{"f": {{"enabled": true, "percent": {}}}}})", percent));
    // The users are fixed and so is the hash: this figure is the same on every run.
    EXPECT_NEAR(static_cast<double>(UsersOf(flags, "f").size()), percent * 100, 150) << percent;
  }
}

TEST(RolloutFlags, KeepAUserInWhenThePartGrows) {
  const auto few = UsersOf(Flags(R"({"f": {"enabled": true, "percent": 10}})"), "f");
  const RolloutFlags many = Flags(R"({"f": {"enabled": true, "percent": 30}})");
  for (const std::string& user : few) EXPECT_TRUE(many.IsOn("f", user)) << user;
  EXPECT_EQ(UsersOf(Flags(R"({"f": {"enabled": true, "percent": 10}})"), "f"), few);
}

TEST(RolloutFlags, TakeInOtherUsersForAnotherFlag) {
  const RolloutFlags flags =
      Flags(R"({"f": {"enabled": true, "percent": 50}, "g": {"enabled": true, "percent": 50}})");
  int both = 0;
  for (const std::string& user : UsersOf(flags, "f")) both += flags.IsOn("g", user) ? 1 : 0;
  EXPECT_NEAR(both, 2500, 150);
}

TEST(RolloutFlags, GiveNobodyInParticularOnlyWhatAllHave) {
  EXPECT_FALSE(Flags(R"({"f": {"enabled": true, "percent": 99.99}})").IsOn("f", ""));
}

TEST(RolloutFlags, NeverChangeTheirMindBetweenReleases) {
  // Users notice when these move: a change of the hash moves everybody.
  EXPECT_EQ(RolloutFlags::Share("new_checkout_flow", "ann"), 5526);
  EXPECT_NE(RolloutFlags::Share("ab", "c"), RolloutFlags::Share("a", "bc"));
}

TEST(RolloutFlags, SayWhatIsWrong) {
  const struct {
    const char* json;
    const char* message;
  } cases[] = {
      {"", "is no JSON object"},
      {"[]", "is no JSON object"},
      {R"({"f": true)", "is no JSON object"},
      {R"({"f": 1})", "says of \"f\" what is neither true, false nor an object"},
      {R"({"f": {"enabled": "yes"}})", "says of \"f\" \"enabled\""},
      {R"({"f": {"precent": 5}})", "says of \"f\" \"precent\""},
      {R"({"f": {"percent": 101}})", "a percentage that is not 0 to 100"},
      {R"({"f": {"percent": -1}})", "a percentage that is not 0 to 100"},
      {R"({"f": {"config": 5}})", "says of \"f\" \"config\""},
  };
  for (const auto& c : cases) {
    const Result<RolloutFlags> flags = RolloutFlags::Parse(c.json);
    ASSERT_FALSE(flags.ok()) << c.json;
    EXPECT_THAT(flags.error().message, HasSubstr(c.message)) << c.json;
  }
}

TEST(FlagRoutes, AnswerForTheUserWhoIsNamed) {
  const RolloutFlags flags = Flags(
      R"({"new_checkout_flow": true,
          "advanced_analytics": {"enabled": true, "percent": 50, "config": {"sample_rate": 0.1}}})");
  const std::string in = UsersOf(flags, "advanced_analytics").front();
  const std::vector<HttpRoute> routes = FlagRoutes(flags);
  ASSERT_THAT(routes, SizeIs(1));
  HttpRequest request;
  request.query["user"] = in;
  const auto named = nlohmann::json::parse(routes[0].handler(request).body);
  EXPECT_EQ(named["user"], in);
  EXPECT_EQ(named["flags"]["advanced_analytics"]["on"], true);
  EXPECT_EQ(named["flags"]["advanced_analytics"]["config"]["sample_rate"], 0.1);
  const auto nobody = nlohmann::json::parse(routes[0].handler({}).body);
  EXPECT_EQ(nobody["flags"]["advanced_analytics"], nlohmann::json::parse(R"({"on":false})"));
  EXPECT_EQ(nobody["flags"]["new_checkout_flow"]["on"], true);
}

}  // namespace
}  // namespace twelve
