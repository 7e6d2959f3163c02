// `twelve run` with real processes: whole trees end, nothing that was printed is lost.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using SteadyClock = std::chrono::steady_clock;

template <typename Predicate>
bool Eventually(Predicate predicate) {
  const SteadyClock::time_point deadline = SteadyClock::now() + std::chrono::seconds(30);
  while (!predicate()) {
    if (SteadyClock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::string Slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

int CountOf(const std::string& text, const std::string& what) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++count;
  return count;
}

class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "twelve-run-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    mark_ = "TWELVE_RUN_TEST=" + directory_.string();
  }
  void TearDown() override {
    if (twelve_ > 0) {
      kill(twelve_, SIGKILL);
      waitpid(twelve_, nullptr, 0);
    }
    EXPECT_TRUE(Eventually([this] { return Marked("").empty(); }));
    fs::remove_all(directory_);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }

  /// Starts `twelve run ARGUMENTS` in the test's directory. Everything carries a mark.
  void Start(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment = {}) {
    const char* bin = std::getenv("TWELVE_BIN");
    ASSERT_NE(bin, nullptr);
    const std::string program = fs::canonical(bin).string() + "/twelve";
    std::vector<std::string> words = {program, "run"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> rows = {mark_, "PATH=/usr/local/bin:/usr/bin:/bin"};
    rows.insert(rows.end(), environment.begin(), environment.end());
    std::vector<char*> argv, envp;
    for (std::string& word : words) argv.push_back(word.data());
    for (std::string& row : rows) envp.push_back(row.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, (directory_ / "out").c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, (directory_ / "err").c_str(), flags, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, directory_.c_str());
    ASSERT_EQ(posix_spawn(&twelve_, argv[0], &actions, nullptr, argv.data(), envp.data()), 0);
    posix_spawn_file_actions_destroy(&actions);
  }
  /// Its exit code, or -signal; nothing if it does not end.
  std::optional<int> Wait() {
    int status = 0;
    if (!Eventually([&] { return waitpid(twelve_, &status, WNOHANG) == twelve_; })) return {};
    twelve_ = 0;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  std::optional<int> Run(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment = {}) {
    Start(arguments, environment);
    return Wait();
  }

  std::string Out() const { return Slurp(directory_ / "out"); }
  std::string Err() const { return Slurp(directory_ / "err"); }

  /// Living processes with the mark whose name is `comm`, or any.
  std::vector<pid_t> Marked(const std::string& comm) const {
    std::vector<pid_t> found;
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
      const pid_t pid = std::atoi(entry.path().filename().c_str());
      if (pid <= 0 || pid == getpid()) continue;
      if (Slurp(entry.path() / "environ").find(mark_) == std::string::npos) continue;
      if (comm.empty() || Slurp(entry.path() / "comm") == comm + "\n") found.push_back(pid);
    }
    return found;
  }

  /// What `name` printed, in order, without the prefix.
  std::vector<std::string> Printed(const std::string& name) const {
    std::vector<std::string> lines;
    for (const std::string& line : LinesOf(Out())) {
      const std::size_t bar = line.find(" | ");
      if (bar == std::string::npos || line.size() < 9) continue;
      std::string source = line.substr(9, bar - 9);
      source.erase(source.find_last_not_of(' ') + 1);
      if (source == name) lines.push_back(line.substr(bar + 3));
    }
    return lines;
  }

  fs::path directory_;
  std::string mark_;
  pid_t twelve_ = 0;
};

// A child, a grandchild in its group and one in a session of its own; nobody ignores anything.
constexpr const char* kTree = "sh -c 'sleep 300 & setsid sleep 300 & exec sleep 300'";

void WriteTrees(std::ostream& procfile) {
  for (int i = 0; i < 4; ++i) procfile << "direct" << i << ": " << kTree << "\n";
  for (int i = 0; i < 4; ++i) procfile << "shell" << i << ": " << kTree << "; true\n";
}

TEST_F(RunTest, StopEndsWholeTrees) {
  std::ofstream procfile(directory_ / "Procfile");
  WriteTrees(procfile);
  procfile.close();
  Start({});
  ASSERT_TRUE(Eventually([this] { return Marked("sleep").size() == 24; })) << Out() << Err();
  kill(twelve_, SIGTERM);
  EXPECT_EQ(Wait(), 0) << Out();
  EXPECT_TRUE(Marked("").empty());
}

TEST_F(RunTest, SigkillLeavesNothing) {
  std::ofstream procfile(directory_ / "Procfile");
  WriteTrees(procfile);
  procfile << "stubborn: trap '' TERM HUP INT; while :; do sleep 1; done\n";
  procfile.close();
  Start({});
  ASSERT_TRUE(Eventually([this] { return Marked("sleep").size() >= 25; })) << Out() << Err();
  kill(twelve_, SIGKILL);
  EXPECT_EQ(Wait(), -SIGKILL);
  EXPECT_TRUE(Eventually([this] { return Marked("").empty(); }));
}

constexpr const char* kStubborn = "trap '' TERM HUP INT; echo up; while :; do sleep 1; done\n";

TEST_F(RunTest, StubbornOnesAreStoppedInParallel) {
  Write("Procfile", std::string("a: ") + kStubborn + "b: " + kStubborn + "c: " + kStubborn);
  Start({"-t", "2"});
  ASSERT_TRUE(Eventually([this] { return CountOf(Out(), "| up") == 3; })) << Out();
  kill(twelve_, SIGTERM);
  EXPECT_EQ(Wait(), 128 + SIGKILL);
  const std::string out = Out();
  EXPECT_THAT(out, HasSubstr("waiting for a.1 (pid "));
  EXPECT_EQ(CountOf(out, "ended: SIGKILL: it did not end within 2 s"), 3) << out;
  EXPECT_LT(out.rfind("draining"), out.find("ended")) << out;
}

TEST_F(RunTest, TheSecondSignalKillsAtOnce) {
  Write("Procfile", std::string("a: ") + kStubborn);
  Start({"-t", "3600"});
  ASSERT_TRUE(Eventually([this] { return CountOf(Out(), "| up") == 1; })) << Out();
  kill(twelve_, SIGINT);
  ASSERT_TRUE(Eventually([this] { return CountOf(Out(), "once more kills") == 1; })) << Out();
  kill(twelve_, SIGINT);
  EXPECT_EQ(Wait(), 128 + SIGKILL);
}

TEST_F(RunTest, LastWordsArriveBeforeTheEndIsSaid) {
  Write("Procfile", "a: seq 20000; printf last\n");
  EXPECT_EQ(Run({}), 0);
  const std::vector<std::string> printed = Printed("a.1");
  ASSERT_EQ(printed.size(), 20001u);
  EXPECT_EQ(printed[19999], "20000");
  EXPECT_EQ(printed[20000], "last");
  EXPECT_THAT(LinesOf(Out()).back(), HasSubstr("a.1 ended: exit 0"));
}

TEST_F(RunTest, WordsOfAHandlerOfSigtermArrive) {
  Write("Procfile",
        "a: trap 'seq 20000; printf last; exit 0' TERM; echo up; while :; do sleep 0.1; done\n");
  Start({});
  ASSERT_TRUE(Eventually([this] { return CountOf(Out(), "| up") == 1; })) << Out();
  kill(twelve_, SIGTERM);
  EXPECT_EQ(Wait(), 0);
  const std::vector<std::string> printed = Printed("a.1");
  ASSERT_EQ(printed.size(), 20002u);
  EXPECT_EQ(printed.back(), "last");
}

TEST_F(RunTest, APromptShowsAndHoldsUpNobody) {
  Write("Procfile",
        "ask: printf 'password: '; while ! test -e answered; do sleep 0.05; done; echo right\n"
        "tick: while ! test -e answered; do echo tick; sleep 0.02; done\n");
  Start({});
  ASSERT_TRUE(Eventually([this] { return CountOf(Out(), "password: ") >= 1; })) << Out();
  const int before = CountOf(Out(), "| tick");
  ASSERT_TRUE(Eventually([&] { return CountOf(Out(), "| tick") > before + 3; })) << Out();
  Write("answered", "");
  EXPECT_EQ(Wait(), 0);
  EXPECT_EQ(Printed("ask.1").back(), "password: right");  // whole again
}

TEST_F(RunTest, AFloodLosesAndCutsNoLine) {
  constexpr int kLines = 100000;
  const std::string body(80, 'x');
  std::string procfile;
  for (const char* name : {"a", "b", "c", "d"}) {
    procfile += std::string(name) + ": seq -f '" + name + " %.0f " + body + "' " +
                std::to_string(kLines) + "\n";
  }
  Write("Procfile", procfile);
  ASSERT_EQ(Run({}), 0) << Err();
  for (const char* name : {"a", "b", "c", "d"}) {
    const std::vector<std::string> printed = Printed(std::string(name) + ".1");
    ASSERT_EQ(printed.size(), static_cast<std::size_t>(kLines));
    for (int i = 0; i < kLines; ++i) {
      ASSERT_EQ(printed[static_cast<std::size_t>(i)],
                std::string(name) + " " + std::to_string(i + 1) + " " + body);
    }
  }
}

TEST_F(RunTest, TheExitCodeIsThatOfTheFirstThatFailed) {
  Write("Procfile",
        "bad: exit 3\n"
        "good: while ! test -e go; do sleep 0.02; done\n"
        "worse: while ! test -e go; do sleep 0.02; done; exit 4\n");
  Start({});
  ASSERT_TRUE(Eventually([this] { return CountOf(Out(), "bad.1 ended: exit 3") == 1; })) << Out();
  Write("go", "");
  EXPECT_EQ(Wait(), 3);
  EXPECT_THAT(Out(), HasSubstr("good.1 ended: exit 0"));  // the others went on
  EXPECT_EQ(Run({"-c", "good=1"}), 0);
  Write("Procfile", "dies: kill -9 $$\n");
  EXPECT_EQ(Run({}), 128 + SIGKILL);
}

TEST_F(RunTest, ExitWithFirstStopsTheOthers) {
  Write("Procfile", "a: sleep 0.1; exit 7\nb: sleep 300\n");
  EXPECT_EQ(Run({"--exit-with-first"}), 7);
  EXPECT_THAT(Out(), HasSubstr("b.1 draining: a.1 has ended"));
}

TEST_F(RunTest, SaysInASentenceWhatIsWrong) {
  Write("Procfile", "web: no-such-program --x\n");
  EXPECT_EQ(Run({}), 127);
  EXPECT_THAT(Out(), HasSubstr("could not be started: "));
  EXPECT_THAT(Out(), HasSubstr("no-such-program"));
  EXPECT_EQ(Run({"-c", "wbe=2"}), 64);
  EXPECT_THAT(Err(), HasSubstr("no process type \"wbe\"; it has web"));
  EXPECT_EQ(Run({"nowhere/Procfile"}), 66);
  EXPECT_THAT(Err(), HasSubstr("nowhere/Procfile"));
  EXPECT_EQ(Run({"-e", "missing.env"}), 66);
  EXPECT_THAT(Err(), HasSubstr("missing.env"));
  Write("Procfile", "# nothing\n");
  EXPECT_EQ(Run({}), 66);
  EXPECT_THAT(Err(), HasSubstr("Procfile:1:1: there is no process in it"));
  Write("Procfile", "web: echo 'open\n");
  EXPECT_EQ(Run({}), 66);
  EXPECT_THAT(Err(), HasSubstr("Procfile:1: in the command of web, column 6"));
}

TEST_F(RunTest, TheShellWinsOverTheFileAndItIsSaid) {
  Write("Procfile", "web: echo $A-$B-$PS-$PORT\n");
  Write(".env", "A=file\nB=file\nPORT=7300\n");
  EXPECT_EQ(Run({"-c", "web=2"}, {"A=shell"}), 0);
  EXPECT_EQ(Printed("web.2").size(), 1u);
  EXPECT_THAT(Printed("web.1")[0], ContainsRegex("^shell-file-web.1-73[0-9]+$"));
  EXPECT_THAT(Err(), HasSubstr(".env:1: A is set in your shell already"));
  EXPECT_THAT(Err(), Not(HasSubstr("B is set")));
}

TEST_F(RunTest, JsonIsOneEventALine) {
  Write("Procfile", "web: printf 'caf\\303\\251 \\377 \"q\"\\n'; exit 3\n");
  EXPECT_EQ(Run({"--json"}), 3);
  std::map<std::string, int> events;
  std::string last_state;
  for (const std::string& line : LinesOf(Out())) {
    const nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(event.is_discarded()) << line;
    ++events[event["event"]];
    if (event["event"] == "line") {
      EXPECT_EQ(event["text"], "café \xEF\xBF\xBD \"q\"");
      EXPECT_EQ(event["stream"], "stdout");
    }
    if (event["event"] == "state") last_state = event["state"];
    if (event["event"] == "end") {
      EXPECT_EQ(event["exit_code"], 3);
    }
  }
  EXPECT_EQ(events["line"], 1);
  EXPECT_EQ(events["end"], 1);
  EXPECT_EQ(last_state, "crashed");
}

TEST_F(RunTest, EscapeSequencesPassUnlessItIsATerminal) {
  Write("Procfile", "web: printf 'a\\033[31mred\\033[0m\\n'\n");
  EXPECT_EQ(Run({}), 0);
  EXPECT_EQ(Printed("web.1")[0], "a\x1b[31mred\x1b[0m");
  EXPECT_THAT(Out(), Not(HasSubstr("\x1b[36m")));  // no colour of ours in a file
}

}  // namespace
}  // namespace twelve
