#include "tests/support/fake_process_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace twelve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

TEST(FakeProcessHost, PassesOnWhatTheTestLetsHappen) {
  FakeProcessHost host;
  SpawnRequest request;
  request.argv = {"web"};
  auto guarded = host.Spawn(request);
  ASSERT_TRUE(guarded);
  EXPECT_THAT(host.last().request().argv, ElementsAre("web"));
  EXPECT_THAT((*guarded)->Events(), IsEmpty());

  host.last().Start(7);
  host.last().Print("hello\n");
  host.last().ExitAndGone({.signalled = true, .code = 9});
  const std::vector<GuardEvent> events = (*guarded)->Events();
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(std::get<Started>(events[0]).pid, 7);
  EXPECT_EQ(std::get<Exited>(events[1]).pid, 7);
  EXPECT_TRUE(std::get<Exited>(events[1]).leader);
  EXPECT_TRUE(std::holds_alternative<AllGone>(events[2]));

  char buffer[16];
  EXPECT_EQ(read((*guarded)->stdout_fd(), buffer, sizeof buffer), 6);
  EXPECT_EQ(read((*guarded)->stdout_fd(), buffer, sizeof buffer), 0);
}

TEST(FakeProcessHost, RemembersWhatWasAskedOfIt) {
  FakeProcessHost host;
  auto guarded = host.Spawn({});
  ASSERT_TRUE((*guarded)->Signal(SignalTarget::kTree, 15));
  ASSERT_TRUE((*guarded)->KillAll());
  EXPECT_THAT(host.last().signals(), ElementsAre(Pair(SignalTarget::kTree, 15)));
  EXPECT_TRUE(host.last().killed_all());
  EXPECT_FALSE(host.last().destroyed());
  guarded = InvalidError("done with it");
  EXPECT_TRUE(host.last().destroyed());
}

TEST(FakeProcessHost, FailsOnceWhenTold) {
  FakeProcessHost host;
  host.FailNext(InvalidError("no guardian"));
  EXPECT_FALSE(host.Spawn({}));
  EXPECT_TRUE(host.Spawn({}));
  EXPECT_EQ(host.spawned(), 1u);
}

}  // namespace
}  // namespace twelve
