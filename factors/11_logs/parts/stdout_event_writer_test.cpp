#include "factors/11_logs/parts/stdout_event_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include <nlohmann/json.hpp>

#include "factors/11_logs/parts/buffered_event_writer.h"
#include "factors/11_logs/parts/file_event_writer.h"

namespace twelve {
namespace {

using nlohmann::json;

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    out = UniqueFd(ends[0]);
    in = UniqueFd(ends[1]);
  }
  UniqueFd out, in;
};

/// Everything that is there now.
std::string ReadAll(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  std::string all;
  char bytes[4096];
  for (;;) {
    const ssize_t got = ::read(fd, bytes, sizeof bytes);
    if (got <= 0) return all;
    all.append(bytes, static_cast<std::size_t>(got));
  }
}

std::vector<json> Lines(const std::string& text) {
  std::vector<json> lines;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = text.find('\n', from);
    EXPECT_NE(end, text.npos) << "the last line has no end: " << text.substr(from);
    if (end == text.npos) break;
    lines.push_back(json::parse(text.substr(from, end - from), nullptr, false));
    EXPECT_FALSE(lines.back().is_discarded()) << text.substr(from, end - from);
    from = end + 1;
  }
  return lines;
}

class StdoutEventWriterTest : public ::testing::Test {
 protected:
  StdoutEventWriterTest() { ::signal(SIGPIPE, SIG_IGN); }
  JsonEventFormat Format() { return {clock_, "shop", EventLevel::kDebug}; }
  SystemClock clock_;
};

TEST_F(StdoutEventWriterTest, WritesEachEventAtOnce) {
  Pipe pipe;
  StdoutEventWriter writer(pipe.in.get(), Format());
  for (int i = 0; i < 3; ++i) {
    writer.Write({"tick", {{"n", std::int64_t{i}}}});
    const std::vector<json> lines = Lines(ReadAll(pipe.out.get()));
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0]["data"]["n"], i);
  }
}

TEST_F(StdoutEventWriterTest, MakesOneWritePerEvent) {
  int ends[2];  // a datagram keeps the borders of each write
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd out(ends[0]);
  const UniqueFd in(ends[1]);
  StdoutEventWriter writer(in.get(), Format());
  writer.Write({"one"});
  writer.Write({"two"});
  for (const char* type : {"one", "two"}) {
    std::string datagram(5000, '\0');
    const ssize_t got = ::recv(out.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
    ASSERT_GT(got, 0);
    const std::vector<json> lines = Lines(datagram.substr(0, static_cast<std::size_t>(got)));
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0]["event_type"], type);
  }
}

TEST_F(StdoutEventWriterTest, AReaderThatDoesNotReadCostsEventsAndIsTold) {
  Pipe pipe;
  StdoutEventWriter writer(pipe.in.get(), Format());
  int written = 0;
  while (writer.Dropped() == 0) {
    ASSERT_LT(written, 100'000);
    writer.Write({"flood", {{"n", std::int64_t{written++}}}});
  }
  for (int i = 0; i < 9; ++i) writer.Write({"flood", {{"n", std::int64_t{written++}}}});
  EXPECT_EQ(writer.Dropped(), 10u);

  const std::vector<json> before = Lines(ReadAll(pipe.out.get()));
  EXPECT_EQ(before.size(), static_cast<std::size_t>(written) - 10);
  writer.Write({"after"});
  const std::vector<json> after = Lines(ReadAll(pipe.out.get()));
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0]["event_type"], "events_dropped");
  EXPECT_EQ(after[0]["data"]["count"], 10);
  EXPECT_EQ(after[1]["event_type"], "after");
  EXPECT_EQ(writer.Dropped(), 10u);
}

TEST_F(StdoutEventWriterTest, AReaderThatIsGoneCostsEventsOnly) {
  Pipe pipe;
  StdoutEventWriter writer(pipe.in.get(), Format());
  writer.Write({"before"});
  pipe.out.Reset();
  writer.Write({"after"});
  writer.Write({"after"});
  EXPECT_EQ(writer.Dropped(), 2u);
}

TEST_F(StdoutEventWriterTest, AReaderThatWasGoneBeforeTheStartCostsEventsOnly) {
  Pipe pipe;
  pipe.out.Reset();
  StdoutEventWriter writer(pipe.in.get(), Format());
  writer.Write({"lost"});
  EXPECT_EQ(writer.Dropped(), 1u);
}

TEST_F(StdoutEventWriterTest, ASocketThatIsFullCostsEventsAndKeepsLinesWhole) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd out(ends[0]);
  const UniqueFd in(ends[1]);
  StdoutEventWriter writer(in.get(), Format());
  int written = 0;
  while (writer.Dropped() == 0) {
    ASSERT_LT(written++, 100'000);
    writer.Write({"flood"});
  }
  std::string text = ReadAll(out.get());
  writer.Write({"after"});
  text += ReadAll(out.get());
  const std::vector<json> lines = Lines(text);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines.back()["event_type"], "after");
  EXPECT_EQ(lines[lines.size() - 2]["event_type"], "events_dropped");
}

TEST_F(StdoutEventWriterTest, LeavesThePipeBlockingForOthersWhoShareIt) {
  Pipe pipe;
  const StdoutEventWriter writer(pipe.in.get(), Format());
  EXPECT_EQ(::fcntl(pipe.in.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(StdoutEventWriterTest, DoesNotOverwriteAFileThatOthersWroteTo) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(::write(::fileno(file), "first\n", 6), 6);
  StdoutEventWriter writer(::fileno(file), Format());
  writer.Write({"second"});
  std::rewind(file);
  char start[16] = "";
  ASSERT_NE(std::fgets(start, sizeof start, file), nullptr);
  EXPECT_STREQ(start, "first\n");
  std::fclose(file);
}

TEST_F(StdoutEventWriterTest, KeepsLinesOfManyThreadsApart) {
  Pipe pipe;
  StdoutEventWriter writer(pipe.in.get(), Format());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&writer] {
      for (int i = 0; i < 50; ++i) writer.Write({"tick", {{"pad", std::string(50, 'x')}}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Lines(ReadAll(pipe.out.get())).size() + writer.Dropped(), 200u);
}

TEST_F(StdoutEventWriterTest, BufferedStaysSilentUntilTheEnd) {
  Pipe pipe;
  auto writer = std::make_unique<BufferedEventWriter>(pipe.in.get(), Format());
  for (int i = 0; i < 20; ++i) writer->Write({"tick"});
  EXPECT_EQ(ReadAll(pipe.out.get()), "");
  writer.reset();
  EXPECT_EQ(Lines(ReadAll(pipe.out.get())).size(), 20u);
}

}  // namespace
}  // namespace twelve
