#include "factors/11_logs/parts/careless_event_writers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "factors/11_logs/parts/careless_metrics.h"
#include "factors/11_logs/parts/file_event_writer.h"
#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using ::testing::HasSubstr;

/// Both ends of a socket that keeps the borders of each write.
struct Datagrams {
  Datagrams() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    out = UniqueFd(ends[0]);
    in = UniqueFd(ends[1]);
  }
  /// What is there; empty when nothing is.
  std::vector<std::string> Take(int flags = MSG_DONTWAIT) const {
    std::vector<std::string> all;
    for (;;) {
      char bytes[8192];
      const ssize_t got = ::recv(out.get(), bytes, sizeof bytes, flags);
      if (got < 0) return all;
      all.emplace_back(bytes, static_cast<std::size_t>(got));
      flags = MSG_DONTWAIT;
    }
  }
  UniqueFd out, in;
};

class CarelessEventWriterTest : public ::testing::Test {
 protected:
  JsonEventFormat Format() const { return {clock_, "shop", EventLevel::kDebug}; }
  SystemClock clock_;
  Datagrams pipe_;
};

TEST_F(CarelessEventWriterTest, SplitTearsAnEventIntoItsFields) {
  SplitEventWriter writer(pipe_.in.get(), Format());
  writer.Write({"tick", {{"n", std::int64_t{1}}}});
  const std::vector<std::string> pieces = pipe_.Take();
  EXPECT_GE(pieces.size(), 6u);
  EXPECT_THAT(pieces.front(), ::testing::StartsWith("{\"timestamp\""));
  EXPECT_THAT(pieces.back(), ::testing::EndsWith("}}\n"));
}

TEST_F(CarelessEventWriterTest, ColouredNeedsManyLinesAndEscapes) {
  ColouredEventWriter writer(pipe_.in.get(), Format());
  writer.Write(ErrorEvent("Broken", "it is broken"));
  const std::string text = pipe_.Take().at(0);
  EXPECT_THAT(text, ::testing::StartsWith("\x1b[31m{\n"));
  EXPECT_THAT(text, HasSubstr("\"error_message\": \"it is broken\""));
}

TEST_F(CarelessEventWriterTest, SilentSaysNothing) {
  SilentEventWriter writer(Format());
  writer.Write({"tick"});
  EXPECT_EQ(writer.Dropped(), 0u);
}

TEST_F(CarelessEventWriterTest, SyslogTalksToItsSocket) {
  char directory[] = "/tmp/twelve-syslog-test.XXXXXX";
  ASSERT_NE(::mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/log";
  const UniqueFd daemon(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(daemon.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  SyslogEventWriter(path, Format()).Write({"tick"});
  char bytes[8192] = "";
  EXPECT_GT(::recv(daemon.get(), bytes, sizeof bytes - 1, MSG_DONTWAIT), 0);
  EXPECT_THAT(bytes, ::testing::StartsWith("<14>twelve-service: {\"timestamp\""));
  ::unlink(path.c_str());
  ::rmdir(directory);
}

TEST_F(CarelessEventWriterTest, LateWritesInTheEndUnlessTheProcessEndsBefore) {
  auto writer = std::make_unique<LateEventWriter>(pipe_.in.get(), Format(), clock_);
  writer->Write({"first"});
  EXPECT_THAT(pipe_.Take(0).at(0), HasSubstr("first"));  // waits until it comes
  writer->Write({"last"});
  writer.reset();
  EXPECT_THAT(pipe_.Take(), ::testing::IsEmpty());
}

TEST(BreakMetrics, TouchesNothingElse) {
  const HttpHandler good = [](const HttpRequest&) { return HttpResponse{200, "good"}; };
  const std::vector<HttpRoute> routes =
      BreakMetrics({{"GET", "/metrics", good}, {"GET", "/", good}});
  EXPECT_THAT(routes[0].handler({}).body, HasSubstr("{route=/}"));
  EXPECT_EQ(routes[1].handler({}).body, "good");
}

}  // namespace
}  // namespace twelve
