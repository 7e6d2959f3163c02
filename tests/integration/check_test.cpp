// `twelve check` as a user starts it: violations of the reference service and the shell lines that
// show them without Twelve; targets that are no service; wrong usage.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/integration/shell_lines.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class CheckCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "twelve-check-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    fs::create_directory(directory_ / "app");
  }
  void TearDown() override { fs::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / "app" / name, std::ios::binary) << text;
  }

  /// Runs a shell line in the service's directory; gives its exit code.
  int Shell(const std::string& line) {
    const std::string all = "cd " + Quoted(directory_ / "app") + " && { " + line + "\n} >" +
                            Quoted(directory_ / "said.txt") + " 2>&1";
    const int status = std::system(all.c_str());
    said_ = FileText(directory_ / "said.txt");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int Twelve(const std::string& arguments) {
    return Shell(Quoted(Variable("TWELVE_BIN") + "/twelve") + " " + arguments);
  }

  /// The JSON report of a check.
  json Report(const std::string& arguments) {
    exit_code_ =
        Twelve("check " + arguments + " --report json=" + Quoted(directory_ / "report.json"));
    std::ifstream file(directory_ / "report.json");
    const json report = json::parse(file, nullptr, false);
    EXPECT_TRUE(report.is_object()) << said_;
    return report;
  }

  static std::string Service(const std::string& violation) {
    return Variable("TWELVE_BIN") + "/twelve-service web" +
           (violation.empty() ? "" : " --violate " + violation);
  }

  /// The violation causes FAIL of that check; its shell lines show the failure, and show none when
  /// the violation is taken out of them.
  void ExpectViolationShown(const std::string& violation, const std::string& id) {
    const json report = Report("--cmd " + Quoted(Service(violation)) +
                               " --health /health --slow /delay/2000 --only " + id);
    ASSERT_EQ(report["checks"].size(), 1u);
    const json& check = report["checks"][0];
    ASSERT_EQ(check["verdict"], "FAIL") << check.dump(2);
    EXPECT_EQ(exit_code_, 1);
    const json& last = check["evidence"].back();
    ASSERT_EQ(last["kind"], "reproduction");
    const std::string lines = last["text"];
    Write("show.sh", lines);
    Shell("sh show.sh");
    EXPECT_THAT(said_, HasSubstr("FAIL: ")) << lines;

    std::string sound = lines;
    const std::string flag = " --violate " + violation;
    ASSERT_NE(sound.find(flag), std::string::npos) << lines;
    while (sound.find(flag) != std::string::npos) sound.erase(sound.find(flag), flag.size());
    Write("show.sh", sound);
    Shell("sh show.sh");
    EXPECT_THAT(said_, Not(HasSubstr("FAIL: "))) << sound;
  }

  /// Nothing passes, and each check says the same kind of sentence.
  void ExpectNothingPasses(const std::string& arguments, const std::string& sentence) {
    const json report = Report(arguments);
    ASSERT_TRUE(report.contains("checks")) << said_;
    int said = 0;
    for (const json& check : report["checks"]) {
      EXPECT_NE(check["verdict"], "PASS") << check.dump(2);
      const std::string why = check["why"];
      said += why.find(sentence) != std::string::npos ? 1 : 0;
      for (const char c : why) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << why;
    }
    EXPECT_GE(said, 5) << report.dump(2);
    EXPECT_EQ(exit_code_, 3);
  }

  fs::path directory_;
  std::string said_;
  int exit_code_ = -1;
};

TEST_F(CheckCommandTest, TheReferenceServicePassesEverything) {
  const json report =
      Report("--cmd " + Quoted(Service("")) + " --health /health --slow /delay/2000");
  for (const json& check : report["checks"]) EXPECT_EQ(check["verdict"], "PASS") << check.dump(2);
  EXPECT_EQ(report["checks"].size(), 10u);
  EXPECT_EQ(exit_code_, 0) << said_;
}

TEST_F(CheckCommandTest, ABareCommandCanExitZero) {
  const json report = Report("--cmd " + Quoted(Service("")) + " --health /health --quick");
  EXPECT_EQ(report["checks"].back()["why"], "not declared: slow");
  EXPECT_EQ(exit_code_, 0) << said_;
}

TEST_F(CheckCommandTest, BufferedStdoutIsShown) {
  ExpectViolationShown("buffered-stdout", "XI-latency");
}
TEST_F(CheckCommandTest, ExitOnSigtermIsShown) {
  ExpectViolationShown("exit-on-sigterm", "IX-term-drain");
}
TEST_F(CheckCommandTest, HardcodePortIsShown) {
  ExpectViolationShown("hardcode-port", "VII-port-env");
}
TEST_F(CheckCommandTest, IgnoreListenErrorIsShown) {
  ExpectViolationShown("ignore-listen-error", "VII-port-busy");
}
TEST_F(CheckCommandTest, IgnoreSigtermIsShown) {
  ExpectViolationShown("ignore-sigterm", "IX-term-idle");
}
TEST_F(CheckCommandTest, LogToFileOnlyIsShown) {
  ExpectViolationShown("log-to-file-only", "XI-stdout-events");
}
TEST_F(CheckCommandTest, NoTermHandlerIsShown) {
  ExpectViolationShown("no-term-handler", "IX-term-pid1");
}
TEST_F(CheckCommandTest, PortFallbackIsShown) {
  ExpectViolationShown("port-fallback", "VII-port-busy");
}
TEST_F(CheckCommandTest, ShellWrapperIsShown) {
  ExpectViolationShown("shell-wrapper", "IX-term-wrapper");
}
TEST_F(CheckCommandTest, StaleLockIsShown) {
  ExpectViolationShown("stale-lock", "IX-kill9-restart");
}
TEST_F(CheckCommandTest, SlowBootIsAWarning) {
  const json report =
      Report("--cmd " + Quoted(Service("slow-boot")) + " --health /health --only IX-startup-time");
  EXPECT_EQ(report["checks"][0]["verdict"], "WARN");
  EXPECT_EQ(exit_code_, 0) << "a warning never changes the exit code";
}

TEST_F(CheckCommandTest, AShellWrapperInTheCommandIsSeenAndSaid) {
  const json report = Report("--cmd " + Quoted(Service("") + " && true") +
                             " --health /health --only IX-term-wrapper");
  EXPECT_EQ(report["checks"][0]["verdict"], "FAIL");
  EXPECT_THAT(report["checks"][0]["actual"].get<std::string>(),
              HasSubstr("needs a shell because of &&"));
}

TEST_F(CheckCommandTest, AMissingProgramIsOneSentence) {
  ExpectNothingPasses("--cmd ./no-such-program", "could not be started");
}

TEST_F(CheckCommandTest, AProgramThatEndsAtOncePassesNothing) {
  ExpectNothingPasses("--cmd 'sh -c \"echo no config; exit 4\"'", "exit 4");
}

TEST_F(CheckCommandTest, AProgramThatNeverOpensAPortPassesNothing) {
  Write("twelve.json", R"({"command": "sleep 1000", "ready_timeout_s": 2})");
  ExpectNothingPasses(".", "opened no port");
}

TEST_F(CheckCommandTest, AProgramThatFloodsPassesNothing) {
  Write("twelve.json", R"({"command": "yes", "ready_timeout_s": 2})");
  ExpectNothingPasses(".", "opened no port");
}

TEST_F(CheckCommandTest, AProgramThatPrintsGarbagePassesNothing) {
  Write("garbage.sh", "printf 'a\\000b\\033[2J\\033]0;title\\007\\377\\n'; exec sleep 1000\n");
  Write("twelve.json", R"({"command": "sh garbage.sh", "ready_timeout_s": 2})");
  ExpectNothingPasses(".", "opened no port");
}

TEST_F(CheckCommandTest, AnUnreadableDescriptorNamesEachMistake) {
  Write("twelve.json", "{\n  \"comand\": \"x\",\n  \"port\": 0\n}\n");
  EXPECT_EQ(Twelve("check ."), 78);
  EXPECT_THAT(said_, HasSubstr("twelve.json:2:3: \"comand\" is not a field"));
  EXPECT_THAT(said_, HasSubstr("twelve.json:3:3: \"port\" must be"));
  Write("twelve.json", R"({"command": "x", "require": ["IX-nope"]})");
  EXPECT_EQ(Twelve("check ."), 78);
  EXPECT_THAT(said_, HasSubstr("IX-nope"));
}

TEST_F(CheckCommandTest, WrongUsageIsExit64AndOneSentence) {
  for (const char* arguments :
       {"check", "check --cmd ''", "check . --cmd x", "check ./nowhere", "check .",
        "check --cmd x --only NOPE", "check --cmd x --budget soon", "check --cmd x --report pdf",
        "check --cmd x --report json --report json", "check --cmd x --report json=/no/where/x",
        "check --cmd x --stop-signal NOPE", "check --cmd x --slow no-slash", "check --nonsense",
        "check --cmd x --budget 1s", "explain NOPE", "nonsense", ""}) {
    EXPECT_EQ(Twelve(arguments), 64) << arguments << "\n" << said_;
    EXPECT_FALSE(said_.empty()) << arguments;
  }
  Twelve("check --cmd x --report pdf");
  EXPECT_THAT(said_, HasSubstr("there are console, json, junit"));
}

TEST_F(CheckCommandTest, HelpHasAnExample) {
  for (const char* command : {"check", "explain", "list", "doctor"}) {
    EXPECT_EQ(Twelve(std::string(command) + " --help"), 0);
    EXPECT_THAT(said_, HasSubstr("Example: twelve " + std::string(command)));
  }
}

TEST_F(CheckCommandTest, ExplainAndListKnowEveryCheck) {
  EXPECT_EQ(Twelve("list"), 0);
  EXPECT_THAT(said_, HasSubstr("VII-port-busy"));
  EXPECT_EQ(Twelve("explain IX-term-drain"), 0);
  EXPECT_THAT(said_, HasSubstr("Where it may be wrong"));
  EXPECT_THAT(said_, HasSubstr("twelve.json: slow"));
}

TEST_F(CheckCommandTest, DoctorSaysWhatIsMissing) {
  EXPECT_EQ(Twelve("doctor --json"), 0);
  const json doctor = json::parse(said_, nullptr, false);
  ASSERT_TRUE(doctor.is_object()) << said_;
  for (const json& capability : doctor["capabilities"]) {
    EXPECT_EQ(capability["available"].get<bool>(), capability["remedy"] == "") << capability;
  }
}

TEST_F(CheckCommandTest, NoReportShowsASecret) {
  Write("twelve.json",
        R"({"command": "sh -c 'echo key $API_KEY; echo $DB_URL; exit 5'", "env":
           {"API_KEY": "sesame-sesame", "DB_URL": "postgres://joe:open-it@127.0.0.1/x"}})");
  const json report = Report(". --only IX-term-idle --report console");
  EXPECT_THAT(report.dump(), Not(HasSubstr("sesame-sesame")));
  EXPECT_THAT(report.dump(), Not(HasSubstr("open-it")));
  EXPECT_THAT(report.dump(), HasSubstr("[masked]"));
  EXPECT_THAT(said_, Not(HasSubstr("sesame-sesame")));
}

}  // namespace
}  // namespace twelve
