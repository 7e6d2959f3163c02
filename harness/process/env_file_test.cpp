#include "harness/process/env_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using namespace std::literals;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using Severity = TextIssue::Severity;

TEST(EnvFile, KnowsTheLineAndColumnOfEachEntry) {
  const EnvFile file = ParseEnvFile("# first\nA=1\n\n  export B='x\ny'\nC=\"z\" # end\n");
  EXPECT_THAT(file.entries, ElementsAre(EnvEntry{"A", "1", 2, 1}, EnvEntry{"B", "x\ny", 4, 10},
                                        EnvEntry{"C", "z", 6, 1}));
  EXPECT_THAT(file.issues, IsEmpty());
}

struct Case {
  std::string text;
  Environment values;
  int line, column;
  Severity severity;
  std::string says;
};

class SpeaksUp : public testing::TestWithParam<Case> {};
TEST_P(SpeaksUp, AtThePlace) {
  const EnvFile file = ParseEnvFile(GetParam().text);
  EXPECT_EQ(file.Values(), GetParam().values);
  ASSERT_EQ(file.issues.size(), 1u);
  EXPECT_EQ(file.issues[0].line, GetParam().line);
  EXPECT_EQ(file.issues[0].column, GetParam().column);
  EXPECT_EQ(file.issues[0].severity, GetParam().severity);
  EXPECT_THAT(file.issues[0].message, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    EnvFile, SpeaksUp,
    testing::Values(
        Case{"A = b", {{"A", "b"}}, 1, 3, Severity::kWarning, "blanks around"},
        Case{"A= b", {{"A", "b"}}, 1, 2, Severity::kWarning, "blanks around"},
        Case{"X.Y=1", {{"X.Y", "1"}}, 1, 2, Severity::kWarning, "no name for a shell"},
        Case{"1A=b", {{"1A", "b"}}, 1, 1, Severity::kWarning, "begins with a digit"},
        Case{"A", {}, 1, 2, Severity::kWarning, "no \"=\""},
        Case{"A: b", {}, 1, 2, Severity::kWarning, "no \"=\""},
        Case{"A B=c", {}, 1, 3, Severity::kWarning, "no \"=\""},
        Case{"=c", {}, 1, 1, Severity::kWarning, "a name begins with"},
        Case{"B=1\nA=\"b\nC=2", {{"B", "1"}, {"C", "2"}}, 2, 3, Severity::kError, "never closed"},
        Case{"A='b", {}, 1, 3, Severity::kError, "never closed"},
        Case{"A=\"b\\", {}, 1, 3, Severity::kError, "never closed"},
        Case{"A=\"b\"c\nB=1", {{"B", "1"}}, 1, 6, Severity::kError, "text after"},
        Case{"A=\"b\"#c", {}, 1, 6, Severity::kError, "text after"},
        Case{"A=\"b\\dc\\e\"", {{"A", "b\\dc\\e"}}, 1, 5, Severity::kWarning, "no escape"},
        Case{"A=\"é$(x)\"", {{"A", "é$(x)"}}, 1, 5, Severity::kWarning, "execute it"},
        Case{std::string("A=b\0c", 5), {}, 1, 1, Severity::kError, "NUL"}));

TEST(EnvFile, ExpandsOnlyWhenAsked) {
  const std::string text =
      "X=1\nA=${X}y\nB=\"${X}\\${X}${A}\"\nC='${X}'\nD=${U:-d}${E:-d}\nE2=$X${E}${\nF=${a b}";
  EXPECT_EQ(ParseEnvFile(text).Values()["A"], "${X}y");
  const EnvFile file = ParseEnvFile(text, {.expand = true, .environment = {{"E", "env"}}});
  EXPECT_THAT(
      file.Values(),
      UnorderedElementsAre(Pair("X", "1"), Pair("A", "1y"), Pair("B", "1${X}1y"), Pair("C", "${X}"),
                           Pair("D", "denv"), Pair("E2", "$Xenv${"), Pair("F", "${a b}")));
}

TEST(EnvFile, TheFileComesBeforeTheEnvironmentWhenExpanding) {
  const EnvFile file =
      ParseEnvFile("X=file\nA=${X}", {.expand = true, .environment = {{"X", "environment"}}});
  EXPECT_EQ(file.Values()["A"], "file");
}

TEST(EnvFile, TakesAnyBytes) {
  constexpr std::string_view kBytes = "A=A=\"'\\n$({}:-# \t\n\r\xC3\0"sv;
  unsigned seed = 3;
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    for (int i = 0; i < 20; ++i) {
      seed = seed * 1664525u + 1013904223u;
      text += kBytes[(seed >> 16) % kBytes.size()];
    }
    for (const bool expand : {false, true}) {
      const EnvFile file = ParseEnvFile(text, {.expand = expand, .environment = {}});
      for (const EnvEntry& entry : file.entries) EXPECT_FALSE(entry.name.empty());
      for (const TextIssue& issue : file.issues) EXPECT_GE(issue.column, 1);
    }
  }
}

}  // namespace
}  // namespace twelve
