#include "factors/07_port_binding/parts/trace_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace twelve {
namespace {

TEST(TraceContext, GoesOnWithTheTraceOfTheCaller) {
  const TraceContext context =
      MakeTraceContext("order-1:a_b.c", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
  EXPECT_EQ(context.request_id, "order-1:a_b.c");
  EXPECT_EQ(context.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context.flags, "00");
  EXPECT_NE(context.span_id, "b7ad6b7169203331");
  EXPECT_EQ(context.Traceparent().size(), 55u);
}

TEST(TraceContext, ReadsWhatItKnowsOfALaterVersion) {
  for (const char* parent : {"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                             "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"}) {
    const TraceContext context = MakeTraceContext("", parent);
    EXPECT_EQ(context.trace_id, "0af7651916cd43dd8448eb211c80319c") << parent;
    EXPECT_EQ(context.Traceparent().substr(0, 3), "00-") << parent;
  }
}

TEST(TraceContext, KeepsTheStateWithItsParentOnly) {
  constexpr const char* kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(MakeTraceContext("", kParent, "a=1,b=2").state, "a=1,b=2");
  EXPECT_EQ(MakeTraceContext("", "broken", "a=1").state, "");
  EXPECT_EQ(MakeTraceContext("", kParent, "a=1\r\nX: y").state, "");
  EXPECT_EQ(MakeTraceContext("", kParent, std::string(513, 'a')).state, "");
}

TEST(TraceContext, DrawsNoIdTwice) {
  std::set<std::string> ids;
  for (int i = 0; i < 1'000; ++i) {
    const TraceContext context = MakeTraceContext("", "");
    ids.insert({context.trace_id, context.request_id, context.span_id});
  }
  EXPECT_EQ(ids.size(), 3'000u);
}

TEST(DropTraceContext, ForgetsTheCaller) {
  const TraceContext context =
      DropTraceContext("r-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=1");
  EXPECT_EQ(context.request_id, "r-1");
  EXPECT_NE(context.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context.state, "");
}

TEST(TraceContext, BeginsOneWhenThereIsNone) {
  const TraceContext one = MakeTraceContext("", "");
  const TraceContext other = MakeTraceContext("", "");
  EXPECT_THAT(one.Traceparent(), ::testing::MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
  EXPECT_NE(one.trace_id, other.trace_id);
  EXPECT_NE(one.request_id, other.request_id);
}

TEST(TraceContext, TakesNothingThatIsMalformed) {
  for (const char* parent : {"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-00",
                             "00-00000000000000000000000000000000-b7ad6b7169203331-00",
                             "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-00",
                             "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-000",
                             "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more",
                             "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00more",
                             "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                             "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                             "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                             "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}) {
    EXPECT_NE(MakeTraceContext("", parent).trace_id, "0af7651916cd43dd8448eb211c80319c") << parent;
  }
  std::vector<std::string> ids = {"a b", "a\r\nX: y"};
  ids.emplace_back(129, 'a');
  for (const std::string& id : ids) EXPECT_NE(MakeTraceContext(id, "").request_id, id);
}

}  // namespace
}  // namespace twelve
