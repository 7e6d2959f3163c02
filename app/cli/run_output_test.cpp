#include "app/cli/run_output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <regex>

#include "harness/base/unique_fd.h"
#include "tests/support/fake_event_loop.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class RunOutputTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends = {};
    ASSERT_EQ(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    read_ = UniqueFd(ends[0]);
    write_ = UniqueFd(ends[1]);
  }
  void Make(RunOutput::Format format) {
    output_ = std::make_unique<RunOutput>(loop_, write_.get(), format, [this] { ++failed_; });
  }
  void Bytes(const std::string& source, std::string_view bytes) {
    LogIngest& ingest =
        ingests_.try_emplace(source, nullptr, source, LogStream::kStdout).first->second;
    if (tapped_.insert(source).second) ingest.AddTap(output_.get());
    ingest.Bytes(bytes, clock_.Now(), clock_.WallNow());
  }
  void Pause(const std::string& source) {
    ingests_.at(source).Pause(clock_.Now(), clock_.WallNow());
  }
  /// What has come since the last call, with T for each time of day.
  std::string Shown() {
    loop_.RunUntilIdle();
    std::string text;
    std::array<char, 65536> buffer;
    for (ssize_t n; (n = read(read_.get(), buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return std::regex_replace(text, std::regex("\\d\\d:\\d\\d:\\d\\d"), "T");
  }

  FakeClock clock_;
  FakeEventLoop loop_{clock_};
  UniqueFd read_, write_;
  int failed_ = 0;
  std::unique_ptr<RunOutput> output_;
  std::map<std::string, LogIngest> ingests_;
  std::set<std::string> tapped_;
};

TEST_F(RunOutputTest, PrefixesPaddedToTheLongestName) {
  Make({.json = false, .terminal = false, .colors = false, .width = 8});
  Bytes("web.1", "one\ntwo\n\nfour\n");
  Bytes("worker.1", "x\n");
  output_->Say("hello");
  EXPECT_EQ(Shown(),
            "T web.1    | one\nT web.1    | two\nT web.1    | \nT web.1    | four\n"
            "T worker.1 | x\nT twelve   | hello\n");
}

TEST_F(RunOutputTest, APromptIsFinishedInItsOwnLine) {
  Make({});
  Bytes("a", "name? ");
  EXPECT_EQ(Shown(), "");
  Pause("a");
  EXPECT_EQ(Shown(), "T a      | name? ");
  Bytes("a", "Bo");
  Pause("a");
  EXPECT_EQ(Shown(), "Bo");
  Bytes("a", "b\nnext\n");
  EXPECT_EQ(Shown(), "b\nT a      | next\n");
}

TEST_F(RunOutputTest, AnInterruptedPromptComesAgainWhole) {
  Make({});
  Bytes("a", "name? ");
  Pause("a");
  Bytes("b", "tick\n");
  EXPECT_EQ(Shown(), "T a      | name? \nT b      | tick\n");
  Bytes("a", "Bob\n");
  EXPECT_EQ(Shown(), "T a      | name? Bob\n");
}

TEST_F(RunOutputTest, TheEndOfABlockIsNotTakenForAPrompt) {
  Make({});
  std::string block;
  for (int i = 0; i < 100; ++i) block += "line\n";
  Bytes("a", block + "half a li");
  Pause("a");
  EXPECT_THAT(Shown(), testing::EndsWith("line\n"));
  Bytes("a", "ne\n");
  EXPECT_EQ(Shown(), "T a      | half a line\n");
  Bytes("a", block + "a prompt after all: ");
  Pause("a");
  Shown();
  loop_.Advance(milliseconds(250));
  EXPECT_EQ(Shown(), "T a      | a prompt after all: ");
}

TEST_F(RunOutputTest, ALineLongerThanAReadStaysWhole) {
  Make({});
  const std::string line(200'000, 'x');
  Bytes("a", line);
  Bytes("b", "between\n");
  EXPECT_EQ(Shown(), "T b      | between\n");
  fcntl(write_.get(), F_SETPIPE_SZ, 1 << 20);
  Bytes("a", "\nafter\n");
  EXPECT_EQ(Shown(), "T a      | " + line + "\nT a      | after\n");
}

TEST_F(RunOutputTest, BytesPassAsTheyAreWhereThereIsNoTerminal) {
  Make({});
  Bytes("a", std::string_view("\x1b[2J\xff\0\n", 7));
  EXPECT_EQ(Shown(), std::string("T a      | \x1b[2J\xff\0\n", 18));
}

TEST_F(RunOutputTest, ATerminalGetsColoursAndNoOtherSequences) {
  Make({.json = false, .terminal = true, .colors = true, .width = 0});
  Bytes("a", "\x1b[2J\x1b[31mred\x1b[0m\n");
  Bytes("b", "x\n");
  const std::string shown = Shown();
  EXPECT_THAT(shown, testing::Not(HasSubstr("\x1b[2J")));
  EXPECT_THAT(shown, HasSubstr("red"));
  EXPECT_THAT(shown, HasSubstr("\x1b[36mT a      | \x1b[0m"));
  EXPECT_THAT(shown, HasSubstr("\x1b[33mT b      | \x1b[0mx\n"));
}

TEST_F(RunOutputTest, ATerminalWithoutColoursGetsPlainText) {
  Make({.json = false, .terminal = true, .colors = false, .width = 0});
  Bytes("a", "\x1b[31mred\x1b[0m\n");
  EXPECT_EQ(Shown(), "T a      | red\n");
}

TEST_F(RunOutputTest, JsonStatesAreToldOnce) {
  Make({.json = true, .terminal = false, .colors = false, .width = 0});
  ProcessStatus status;
  status.name = "web.1";
  status.reason = "launched";
  output_->Changed(status);
  output_->Changed(status);
  status.pid = 7;
  output_->Changed(status);
  const std::string shown = Shown();
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 2);
  EXPECT_THAT(shown, HasSubstr("\"pid\":7"));
}

TEST_F(RunOutputTest, AReaderThatGoesAwayIsToldOnce) {
  std::signal(SIGPIPE, SIG_IGN);
  Make({});
  read_.Reset();
  Bytes("a", "x\n");
  loop_.RunUntilIdle();
  Bytes("a", "y\n");
  loop_.RunUntilIdle();
  EXPECT_EQ(failed_, 1);
}

}  // namespace
}  // namespace twelve
