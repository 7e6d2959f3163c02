#include "harness/process/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace twelve {
namespace {

using namespace std::literals;

using testing::ElementsAre;
using testing::HasSubstr;

const Environment kEnvironment = {{"PORT", "5000"}, {"NAME", "a b"}, {"EMPTY", ""}};

struct Direct {
  std::string line;
  std::vector<std::string> argv;
};

class ExecutesDirectly : public testing::TestWithParam<Direct> {};
TEST_P(ExecutesDirectly, WithTheseWords) {
  const Result<Command> command = ParseCommand(GetParam().line, kEnvironment);
  ASSERT_TRUE(command.ok()) << command.error().message;
  EXPECT_FALSE(command->shell) << command->why_shell;
  EXPECT_EQ(command->argv, GetParam().argv);
  EXPECT_EQ(command->line, GetParam().line);
  EXPECT_EQ(command->why_shell, "");
}
INSTANTIATE_TEST_SUITE_P(
    Command, ExecutesDirectly,
    testing::Values(
        Direct{"node web.js", {"node", "web.js"}}, Direct{"  a \t b  ", {"a", "b"}},
        Direct{"a 'b c' d", {"a", "b c", "d"}}, Direct{"a \"b c\"", {"a", "b c"}},
        Direct{"a b'c d'\"e f\"g", {"a", "bc de fg"}}, Direct{"a ''", {"a", ""}},
        Direct{"a \"\" b", {"a", "", "b"}}, Direct{"a b\\ c", {"a", "b c"}},
        Direct{"a \\$PORT", {"a", "$PORT"}}, Direct{"a '$PORT'", {"a", "$PORT"}},
        Direct{"a $PORT", {"a", "5000"}}, Direct{"a ${PORT}x", {"a", "5000x"}},
        Direct{"a \"0:$PORT\"", {"a", "0:5000"}}, Direct{"a $NAME", {"a", "a b"}},
        Direct{"a $UNSET b", {"a", "b"}}, Direct{"a \"$UNSET\" b", {"a", "", "b"}},
        Direct{"a $EMPTY b", {"a", "b"}}, Direct{"a x$UNSET", {"a", "x"}},
        Direct{"a # comment ; rm", {"a"}}, Direct{"a b#c", {"a", "b#c"}},
        Direct{"a \"\\\"\\\\\\$\\`\\n\"", {"a", "\"\\$`\\n"}}, Direct{"a b\\\nc", {"a", "bc"}},
        Direct{"a b\n", {"a", "b"}}, Direct{"\n a b \n # end\n", {"a", "b"}},
        Direct{"a --x=y A=b", {"a", "--x=y", "A=b"}}, Direct{"a b\\", {"a", "b\\"}},
        Direct{"a cost$ $. $/", {"a", "cost$", "$.", "$/"}}, Direct{"a {x,y}", {"a", "{x,y}"}},
        Direct{"exec node web.js", {"node", "web.js"}}, Direct{"'if' x", {"if", "x"}},
        Direct{"a b~ x:~y", {"a", "b~", "x:~y"}}, Direct{"test -f x", {"test", "-f", "x"}},
        Direct{"grüße 'ä ö'", {"grüße", "ä ö"}}, Direct{"a b\r", {"a", "b"}},
        Direct{"a if", {"a", "if"}}, Direct{"a %s@%d:1,2+3", {"a", "%s@%d:1,2+3"}}));

struct Shelled {
  std::string line;
  std::string why;
};

class NeedsAShell : public testing::TestWithParam<Shelled> {};
TEST_P(NeedsAShell, AndSaysForWhat) {
  const Result<Command> command = ParseCommand(GetParam().line, kEnvironment);
  ASSERT_TRUE(command.ok()) << command.error().message;
  EXPECT_TRUE(command->shell);
  EXPECT_EQ(command->why_shell, GetParam().why);
  EXPECT_THAT(command->argv, ElementsAre("/bin/sh", "-c", GetParam().line));
}
INSTANTIATE_TEST_SUITE_P(
    Command, NeedsAShell,
    testing::Values(Shelled{"a | b", "|"}, Shelled{"a || b", "||"}, Shelled{"a && b", "&&"},
                    Shelled{"a & b", "&"}, Shelled{"a; b", ";"}, Shelled{"a > f", ">"},
                    Shelled{"a 2>&1", ">"}, Shelled{"a >> f", ">>"}, Shelled{"a < f", "<"},
                    Shelled{"a << E", "<<"}, Shelled{"(a)", "("}, Shelled{"a $(b)", "$("},
                    Shelled{"a $((1+1))", "$(("}, Shelled{"a `b`", "`"}, Shelled{"a \"`b`\"", "`"},
                    Shelled{"a \"$(b)\"", "$("}, Shelled{"a *.js", "*"}, Shelled{"a ?", "?"},
                    Shelled{"a [ab]", "["}, Shelled{"[ -f x ]", "["}, Shelled{"a ~/x", "~"},
                    Shelled{"A=1 cmd $PORT", "A="}, Shelled{"if true", "if"}, Shelled{"cd x", "cd"},
                    Shelled{". ./env", "."}, Shelled{"! a", "!"}, Shelled{"{ a", "{"},
                    Shelled{"a ${PORT:-80}", "${"}, Shelled{"a ${", "${"}, Shelled{"a $$", "$$"},
                    Shelled{"a $1", "$1"}, Shelled{"a $@", "$@"}, Shelled{"a\nb", "a second line"},
                    Shelled{"exit\nb", "exit"}));

struct Broken {
  std::string line;
  std::string says;
};
class IsRefused : public testing::TestWithParam<Broken> {};
TEST_P(IsRefused, WithTheColumn) {
  const Result<Command> command = ParseCommand(GetParam().line, kEnvironment);
  ASSERT_FALSE(command.ok());
  EXPECT_EQ(command.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(command.error().message, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(Command, IsRefused,
                         testing::Values(Broken{"", "empty"}, Broken{"   ", "empty"},
                                         Broken{"# only a comment", "empty"},
                                         Broken{"$UNSET", "empty"}, Broken{"'' x", "empty"},
                                         Broken{"echo 'abc", "column 6: the quote '"},
                                         Broken{"é \"abc | d", "column 3: the quote \""},
                                         Broken{std::string("a\0b", 3), "column 2: a command"}));

TEST(ShellQuote, GivesWordsThatParseBack) {
  const std::vector<std::string> words = {"it's", "",   "a b",       "$HOME", "x=y", "\"\\`",
                                          "*",    "-n", "new\nline", "é",     "#"};
  const Result<Command> command = ParseCommand(ShellQuote(words), {});
  ASSERT_TRUE(command.ok()) << command.error().message;
  EXPECT_FALSE(command->shell) << command->why_shell;
  EXPECT_EQ(command->argv, words);
}

TEST(ShellQuote, LeavesPlainWordsAlone) {
  EXPECT_EQ(ShellQuote({"node", "web.js", "--port=80"}), "node web.js --port=80");
  EXPECT_EQ(ShellQuote({"A=b", "A=b"}), "'A=b' A=b");
  EXPECT_EQ(ShellQuote({"if", "if"}), "'if' if");
  EXPECT_EQ(ShellQuote({"it's"}), "'it'\\''s'");
}

TEST(ToStrings, KeepsTheOrderOfTheMap) {
  EXPECT_THAT(ToStrings({{"B", "2"}, {"A", "1=1"}}), ElementsAre("A=1=1", "B=2"));
}

TEST(ParseCommand, TakesAnyBytes) {
  constexpr std::string_view kBytes = " \t\n'\"\\$`{}()#=ab~*\0\xC3|"sv;
  unsigned seed = 7;
  for (int round = 0; round < 20000; ++round) {
    std::string line;
    for (int i = 0; i < 12; ++i) {
      seed = seed * 1664525u + 1013904223u;
      line += kBytes[(seed >> 16) % kBytes.size()];
    }
    const Result<Command> command = ParseCommand(line, kEnvironment);
    if (command.ok()) {
      EXPECT_FALSE(command->argv.empty());
    }
  }
}

}  // namespace
}  // namespace twelve
