#include "factors/service/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Arguments> Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "twelve-service");
  return ParseArguments(static_cast<int>(words.size()), words.data());
}

TEST(Arguments, TakeViolationsBeforeAndAfterTheProcessType) {
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"web", "--violate", "slow-boot,stale-lock"},
        {"--violate", "slow-boot", "--violate", "stale-lock", "web"},
        {"--violate=slow-boot,stale-lock", "web"}}) {
    const Result<Arguments> arguments = Parse(words);
    ASSERT_TRUE(arguments.ok()) << arguments.error().message;
    EXPECT_EQ(arguments->process_type, "web");
    EXPECT_THAT(arguments->violations, ElementsAre("slow-boot", "stale-lock"));
  }
}

TEST(Arguments, SayInOneSentenceWhatIsWrong) {
  const struct {
    std::vector<const char*> words;
    const char* message;
  } cases[] = {
      {{}, "no process type given"},
      {{"wbe"}, "\"wbe\" is no process type; known: web, worker, clock, admin"},
      {{"web", "extra"}, "extra"},
      {{"web", "--nope"}, "--nope"},
      {{"web", "--violate"}, "--violate"},
      {{"web", "--violate", "ignore-sigtrem"}, "\"ignore-sigtrem\" is no violation"},
      {{"worker", "--bad", "hang"}, "--bad goes with web"},
      {{"web", "--bad", "hung"}, "\"hung\" is no bad release"},
      {{"admin", "migrat"}, "\"migrat\" is no admin task"},
      {{"web", "--json"}, "--json goes with --list-violations"},
      {{"web", "--require", "DATABSE_URL"}, "\"DATABSE_URL\" is no variable of this service"},
  };
  for (const auto& c : cases) {
    const Result<Arguments> arguments = Parse(c.words);
    ASSERT_FALSE(arguments.ok()) << c.message;
    EXPECT_THAT(arguments.error().message, HasSubstr(c.message));
    EXPECT_EQ(arguments.error().message.find('\n'), std::string::npos);
  }
}

TEST(Arguments, HelpNamesEverySettingAndExitCode) {
  const Result<Arguments> arguments = Parse({"--help"});
  ASSERT_TRUE(arguments.ok());
  EXPECT_EQ(arguments->action, Arguments::Action::kPrint);
  EXPECT_THAT(arguments->text, AllOf(HasSubstr("DATABASE_URL"), HasSubstr("GRACE_MS"),
                                     HasSubstr("78"), HasSubstr("--list-violations")));
}

TEST(Arguments, MakeTheCommandThatWasGiven) {
  const Result<Arguments> arguments = Parse({"web", "--violate", "slow-boot,stale-lock"});
  ASSERT_TRUE(arguments.ok());
  EXPECT_THAT(CommandFor("/bin/ts", *arguments),
              ElementsAre("/bin/ts", "web", "--violate", "slow-boot", "--violate", "stale-lock"));
}

}  // namespace
}  // namespace twelve
