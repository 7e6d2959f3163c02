#include "harness/process/procfile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace twelve {
namespace {

using namespace std::literals;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Severity = TextIssue::Severity;

ProcfileEntry Entry(std::string type, std::string command, int line) {
  return {std::move(type), std::move(command), line};
}

TEST(Procfile, ReadsWhatAllReadersAgreeOnWithoutAWord) {
  const Procfile file = ParseProcfile(
      "# comment\n"
      "web: cmd a\n"
      "\n"
      "#web: x\n"
      "my-web:\tc -p 1:2\n"
      "job: echo '#1' # inline\n"
      "env: A=1 cmd $PORT");
  EXPECT_THAT(file.entries,
              ElementsAre(Entry("web", "cmd a", 2), Entry("my-web", "c -p 1:2", 5),
                          Entry("job", "echo '#1' # inline", 6), Entry("env", "A=1 cmd $PORT", 7)));
  EXPECT_THAT(file.issues, IsEmpty());
}

TEST(Procfile, AcceptsCrlfWithoutAWord) {
  const Procfile file = ParseProcfile("web: a\r\n\r\nworker: b\r\n");
  EXPECT_THAT(file.entries, ElementsAre(Entry("web", "a", 1), Entry("worker", "b", 3)));
  EXPECT_THAT(file.issues, IsEmpty());
}

struct Differs {
  std::string text;
  std::vector<ProcfileEntry> entries;
  int line, column;
  std::string says;
};

class IsReadDifferentlyElsewhere : public testing::TestWithParam<Differs> {};
TEST_P(IsReadDifferentlyElsewhere, AndWarnsAtThePlace) {
  const Procfile file = ParseProcfile(GetParam().text + "\nlast: z\n");
  std::vector<ProcfileEntry> expected = GetParam().entries;
  expected.push_back(Entry("last", "z", file.entries.back().line));
  EXPECT_EQ(file.entries, expected);
  ASSERT_EQ(file.issues.size(), 1u) << file.issues[1].message;
  EXPECT_EQ(file.issues[0].line, GetParam().line);
  EXPECT_EQ(file.issues[0].column, GetParam().column);
  EXPECT_EQ(file.issues[0].severity, Severity::kWarning);
  EXPECT_THAT(file.issues[0].message, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Procfile, IsReadDifferentlyElsewhere,
    testing::Values(Differs{"web:cmd", {Entry("web", "cmd", 1)}, 1, 5, "no blank after the colon"},
                    Differs{"web : cmd", {}, 1, 4, "a blank before the colon"},
                    Differs{"  web: cmd", {Entry("web", "cmd", 1)}, 1, 1, "indented"},
                    Differs{"  # x: y", {}, 1, 3, "heroku local refuses"},
                    Differs{"web.1: c", {}, 1, 4, "goreman"},
                    Differs{"w\xC3\xA9"
                            "b: c",
                            {},
                            1,
                            2,
                            "goreman"},
                    Differs{"\xC3\xA9 \xC3\xA9: c", {}, 1, 1, "goreman"},
                    Differs{"my_web: c", {Entry("my_web", "c", 1)}, 1, 3, "renamed"},
                    Differs{"WEB: c", {Entry("WEB", "c", 1)}, 1, 1, "renamed"},
                    Differs{"-web: c", {Entry("-web", "c", 1)}, 1, 1, "begins or ends"},
                    Differs{"web:", {}, 1, 5, "no command"},
                    Differs{"web:  \t", {}, 1, 5, "no command"},
                    Differs{"web: a\nweb: b", {Entry("web", "b", 2)}, 2, 1, "line 1 already"},
                    Differs{"\xEF\xBB\xBFweb: a", {Entry("web", "a", 1)}, 1, 1, "byte order mark"},
                    Differs{"web: a \\", {Entry("web", "a \\", 1)}, 1, 8, "backslash"},
                    Differs{"web cmd", {}, 1, 1, "no colon"},
                    Differs{
                        "http://x", {Entry("http", "//x", 1)}, 1, 6, "no blank after the colon"},
                    Differs{"release: m", {Entry("release", "m", 1)}, 1, 1, "before a deploy"},
                    Differs{std::string("web: a\0b", 8), {}, 1, 7, "NUL"},
                    Differs{std::string(64, 'a') + ": c",
                            {Entry(std::string(64, 'a'), "c", 1)},
                            1,
                            1,
                            "longer than 63"}));

TEST(Procfile, OfDuplicatesTheLastCountsInThePlaceOfTheFirst) {
  const Procfile file = ParseProcfile("web: a\nworker: b\nweb: c\n");
  EXPECT_THAT(file.entries, ElementsAre(Entry("web", "c", 3), Entry("worker", "b", 2)));
  ASSERT_NE(file.Find("web"), nullptr);
  EXPECT_EQ(file.Find("web")->command, "c");
  EXPECT_EQ(file.Find("clock"), nullptr);
}

TEST(Procfile, WithNothingUsableIsAnError) {
  for (const std::string_view text : {"", "\n\n", "# only\n", "web\n", "\xEF\xBB\xBF"}) {
    const Procfile file = ParseProcfile(text);
    EXPECT_THAT(file.entries, IsEmpty());
    ASSERT_TRUE(HasErrors(file.issues)) << text;
    EXPECT_EQ(Describe(file.issues.back(), "Procfile"),
              "Procfile:1:1: there is no process in it; write lines such as \"web: node web.js\"");
  }
}

TEST(Procfile, TakesAnyBytes) {
  constexpr std::string_view kBytes = " \t\n\r:#\\aW_-.\xEF\xBB\xBF\0'"sv;
  unsigned seed = 11;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 16; ++i) {
      seed = seed * 1664525u + 1013904223u;
      text += kBytes[(seed >> 16) % kBytes.size()];
    }
    for (const ProcfileEntry& entry : ParseProcfile(text).entries) {
      EXPECT_FALSE(entry.type.empty());
      EXPECT_FALSE(entry.command.empty());
    }
  }
}

}  // namespace
}  // namespace twelve
