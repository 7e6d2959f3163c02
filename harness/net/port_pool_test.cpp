#include "harness/net/port_pool.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "harness/os/posix/posix_socket_host.h"

namespace twelve {
namespace {

/// A pool that no other run of this test knows.
std::string OwnScope() {
  return "twelve-port-test-" + std::to_string(::getpid());
}

TEST(PortPool, NeverLeasesAPortTwice) {
  PosixSocketHost sockets;
  PortPool pool(sockets, OwnScope());
  std::vector<PortLease> leases;
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 200; ++i) {
    auto lease = pool.Lease();
    ASSERT_TRUE(lease.ok()) << lease.error().message;
    EXPECT_GE(lease->port(), PortPool::kFirst);
    EXPECT_LE(lease->port(), PortPool::kLast);
    EXPECT_TRUE(ports.insert(lease->port()).second);
    leases.push_back(std::move(lease).value());
  }
}

TEST(PortPool, AnotherPoolOfTheSameScopeIsRefusedUntilTheLeaseEnds) {
  PosixSocketHost sockets;
  PortPool one(sockets, OwnScope()), two(sockets, OwnScope());
  std::uint16_t port = 0;
  {
    auto lease = one.Lease();
    ASSERT_TRUE(lease.ok());
    port = lease->port();
    const auto refused = two.Lease(port);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  }
  EXPECT_TRUE(two.Lease(port).ok());
}

TEST(PortPool, DoesNotLeaseAPortThatSomebodyListensOn) {
  PosixSocketHost sockets;
  PortPool pool(sockets, OwnScope());
  std::uint16_t port = 0;
  {
    auto lease = pool.Lease();
    ASSERT_TRUE(lease.ok());
    port = lease->port();
  }
  const auto listener = sockets.Listen("127.0.0.1", port, 1);
  ASSERT_TRUE(listener.ok());
  const auto refused = pool.Lease(port);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
}

TEST(PortPool, AKilledProgramLeavesItsPortsFree) {
  PosixSocketHost sockets;
  const std::string scope = OwnScope();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto lease = PortPool(sockets, scope).Lease();
    const std::uint16_t port = lease.ok() ? lease->port() : 0;
    (void)!::write(ready[1], &port, sizeof port);
    for (;;) ::pause();
  }
  std::uint16_t port = 0;
  ASSERT_EQ(::read(ready[0], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  EXPECT_NE(port, 0);
  PortPool pool(sockets, scope);
  EXPECT_FALSE(pool.Lease(port).ok());
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(pool.Lease(port).ok());
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace twelve
