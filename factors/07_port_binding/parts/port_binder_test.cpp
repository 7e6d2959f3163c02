#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "factors/07_port_binding/parts/careless_port_binders.h"
#include "factors/07_port_binding/parts/raw_client.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"

namespace twelve {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(TcpPortBinder, TakesAFreePortAndSaysWhich) {
  const Result<BoundPort> bound = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.error().message;
  EXPECT_NE(bound->port, 0);
  EXPECT_TRUE(RawClient(bound->port).connected());
}

TEST(TcpPortBinder, RefusesAPortThatIsTaken) {
  const Result<BoundPort> first = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(first.ok());
  const Result<BoundPort> second = TcpPortBinder().Bind("127.0.0.1", first->port);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_THAT(second.error().message, AllOf(HasSubstr("127.0.0.1:" + std::to_string(first->port)),
                                            HasSubstr("in use"), HasSubstr("set PORT")));
}

TEST(TcpPortBinder, SharesItsPortWithNobodyWhoWouldShare) {
  const Result<BoundPort> bound = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok());
  int shared = -1;
  socklen_t size = sizeof shared;
  ASSERT_EQ(::getsockopt(bound->listener.get(), SOL_SOCKET, SO_REUSEPORT, &shared, &size), 0);
  EXPECT_EQ(shared, 0);
}

TEST(TcpPortBinder, HasRoomForABurstOfConnections) {
  const Result<BoundPort> bound = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<RawClient>(bound->port));
    ASSERT_TRUE(clients.back()->connected()) << "connection " << i;
  }
}

TEST(TcpPortBinder, CanHaveAPortAgainWhileOldConnectionsFadeAway) {
  Result<BoundPort> first = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(first.ok());
  RawClient client(first->port);
  UniqueFd accepted;
  while (!accepted.valid()) {
    accepted = UniqueFd(::accept4(first->listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  accepted.Reset();  // this side closes first: it is the one that keeps TIME_WAIT
  EXPECT_TRUE(client.IsAtEnd());
  client.Close();
  first->listener.Reset();
  const Result<BoundPort> waiting = WaitingPortBinder().Bind("127.0.0.1", first->port);
  ASSERT_FALSE(waiting.ok());
  EXPECT_EQ(waiting.error().code, ErrorCode::kBusy);
  const Result<BoundPort> again = TcpPortBinder().Bind("127.0.0.1", first->port);
  EXPECT_TRUE(again.ok()) << again.error().message;
}

TEST(TcpPortBinder, CallsAHostThatIsNotHereWrong) {
  for (const char* host : {"192.0.2.1", "not an address"}) {
    const Result<BoundPort> bound = TcpPortBinder().Bind(host, 0);
    ASSERT_FALSE(bound.ok()) << host;
    EXPECT_EQ(bound.error().code, ErrorCode::kInvalid) << bound.error().message;
    EXPECT_THAT(bound.error().message, HasSubstr("HOST"));
  }
}

/// Says yes or no without a socket, and keeps what it was asked for.
class FakeBinder final : public PortBinder {
 public:
  explicit FakeBinder(std::vector<std::uint16_t>& asked, std::vector<std::uint16_t> taken)
      : asked_(asked), taken_(std::move(taken)) {}
  Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override {
    asked_.push_back(port);
    for (const std::uint16_t busy : taken_) {
      if (busy == port) return Error{ErrorCode::kBusy, "taken", {}, EADDRINUSE};
    }
    return BoundPort{UniqueFd(), host, port};
  }

 private:
  std::vector<std::uint16_t>& asked_;
  const std::vector<std::uint16_t> taken_;
};

TEST(HardcodedPortBinder, DoesNotAskWhatIsWanted) {
  std::vector<std::uint16_t> asked;
  HardcodedPortBinder binder(std::make_unique<FakeBinder>(asked, std::vector<std::uint16_t>{}));
  EXPECT_EQ(binder.Bind("127.0.0.1", 5000)->port, 8080);
}

TEST(FallbackPortBinder, GoesOnUntilAPortIsFree) {
  std::vector<std::uint16_t> asked;
  FallbackPortBinder binder(
      std::make_unique<FakeBinder>(asked, std::vector<std::uint16_t>{5000, 5001}));
  EXPECT_EQ(binder.Bind("127.0.0.1", 5000)->port, 5002);
  EXPECT_THAT(asked, ::testing::ElementsAre(5000, 5001, 5002));
}

TEST(LoopbackPortBinder, KnowsOneAddress) {
  std::vector<std::uint16_t> asked;
  LoopbackPortBinder binder(std::make_unique<FakeBinder>(asked, std::vector<std::uint16_t>{}));
  EXPECT_EQ(binder.Bind("0.0.0.0", 5000)->host, "127.0.0.1");
}

TEST(DebugPortBinder, AnswersAsADebuggerOnASecondPort) {
  // A port in the place of 9229, which somebody on this machine may have.
  const Result<BoundPort> elsewhere = TcpPortBinder().Bind("127.0.0.1", 0);
  ASSERT_TRUE(elsewhere.ok());
  class Elsewhere final : public PortBinder {
   public:
    explicit Elsewhere(int listener) : listener_(listener) {}
    Result<BoundPort> Bind(const std::string& host, std::uint16_t port) override {
      if (port == DebugPortBinder::kPort) return BoundPort{UniqueFd(::dup(listener_)), host, port};
      return BoundPort{UniqueFd(), host, port};
    }

   private:
    int listener_;
  };
  DebugPortBinder binder(std::make_unique<Elsewhere>(elsewhere->listener.get()));
  EXPECT_EQ(binder.Bind("127.0.0.1", 5000)->port, 5000);
  RawClient client(elsewhere->port);
  ASSERT_TRUE(client.Send("GET /json/version HTTP/1.1\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), HasSubstr("Protocol-Version"));
}

TEST(UncheckedPortBinder, CallsAFailureASuccess) {
  std::vector<std::uint16_t> asked;
  UncheckedPortBinder binder(std::make_unique<FakeBinder>(asked, std::vector<std::uint16_t>{5000}));
  const Result<BoundPort> bound = binder.Bind("127.0.0.1", 5000);
  ASSERT_TRUE(bound.ok());
  EXPECT_FALSE(bound->listener.valid());
}

}  // namespace
}  // namespace twelve
