#include "harness/logs/log_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_clock.h"

namespace twelve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

LogStore::NewLine Line(std::string_view text, std::uint16_t source = 0) {
  LogStore::NewLine line;
  line.source = source;
  line.text = text;
  return line;
}

std::vector<std::string> Texts(const std::vector<LogLine>& lines) {
  std::vector<std::string> texts;
  for (const LogLine& line : lines) texts.push_back(line.text);
  return texts;
}

TEST(LogStore, ReadsBackEverythingThatWasAppended) {
  LogStore store;
  const std::uint16_t web = store.Source("web.1");
  const std::uint16_t worker = store.Source("worker.1");
  EXPECT_EQ(store.Source("web.1"), web);
  const std::vector<ColorSpan> spans{{1, 2, ColorSpan::Kind::kRgb, 1, 2, 3, true}};
  LogStore::NewLine first = Line("abc", web);
  first.at = TimePoint(seconds(5));
  first.wall = WallTime(seconds(1000));
  first.stream = LogStream::kStderr;
  first.level = LogLevel::kError;
  first.continued = true;
  first.spans = spans;
  LogStore::NewLine second = Line("", worker);
  second.at = TimePoint(seconds(6));
  second.wall = WallTime(seconds(1001));
  second.partial = true;
  store.Append({first, second});

  const std::vector<LogLine> lines = store.Read(0, 10);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].sequence, 0U);
  EXPECT_EQ(lines[0].at, TimePoint(seconds(5)));
  EXPECT_EQ(lines[0].wall, WallTime(seconds(1000)));
  EXPECT_EQ(lines[0].source, web);
  EXPECT_EQ(lines[0].stream, LogStream::kStderr);
  EXPECT_EQ(lines[0].level, LogLevel::kError);
  EXPECT_TRUE(lines[0].continued);
  EXPECT_FALSE(lines[0].partial);
  EXPECT_EQ(lines[0].text, "abc");
  EXPECT_EQ(lines[0].spans, spans);
  EXPECT_EQ(lines[1].sequence, 1U);
  EXPECT_EQ(lines[1].source, worker);
  EXPECT_TRUE(lines[1].partial);
  EXPECT_EQ(lines[1].text, "");
  EXPECT_EQ(store.Sources(), (std::vector<std::string>{"web.1", "worker.1"}));
}

TEST(LogStore, TheOldestLinesMakeRoomAndAreCounted) {
  LogStore store({3, 1000});
  for (int i = 0; i < 5; ++i) {
    LogStore::NewLine line = Line("x");
    line.wall = WallTime(seconds(100 + i));
    store.Append({line});
  }
  const LogCounts counts = store.Counts();
  EXPECT_EQ(counts.first, 2U);
  EXPECT_EQ(counts.next, 5U);
  EXPECT_EQ(counts.dropped, 2U);
  EXPECT_EQ(counts.dropping_since, WallTime(seconds(103)));
  EXPECT_EQ(counts.bytes, 5U);
  EXPECT_EQ(store.Read(0, 10).front().sequence, 2U);
}

TEST(LogStore, KeepsNoMoreBytesThanAllowedButAlwaysTheNewestLine) {
  LogStore store({1000, 10});
  store.Append({Line("12345"), Line("67890"), Line("a")});
  EXPECT_EQ(Texts(store.Read(0, 10)), (std::vector<std::string>{"67890", "a"}));
  const std::string longer(50, 'y');
  store.Append({Line(longer)});
  EXPECT_EQ(Texts(store.Read(0, 10)), std::vector<std::string>{longer});
  EXPECT_EQ(store.Counts().dropped, 3U);
  EXPECT_EQ(LogStore({0, 0}).Counts().next, 0U);
}

TEST(LogStore, ATextThatIsTooLongIsCutIntoPiecesThatHoldAllOfIt) {
  LogStore store;
  std::string text;
  while (text.size() < 700000) text += "\u20AC";
  store.Append({Line(text)});
  const std::vector<LogLine> lines = store.Read(0, 10);
  ASSERT_GE(lines.size(), 3U);
  std::string joined;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].continued, i + 1 < lines.size());
    EXPECT_EQ(lines[i].text.size() % 3, 0U);
    joined += lines[i].text;
  }
  EXPECT_EQ(joined, text);
}

TEST(LogStore, FollowsAWallClockThatJumps) {
  LogStore store({100, 10000});
  std::vector<WallTime> walls;
  for (int i = 0; i < 300; ++i) {
    LogStore::NewLine line = Line("x");
    line.at = TimePoint(milliseconds(i));
    line.wall = WallTime(milliseconds(i) + seconds(i / 7 * 3600));
    walls.push_back(line.wall);
    store.Append({line});
  }
  for (const LogLine& line : store.Read(0, 300)) EXPECT_EQ(line.wall, walls[line.sequence]);
}

TEST(LogStore, ReadsAndScansRangesAndSingleLines) {
  LogStore store({5, 1000});
  for (int i = 0; i < 8; ++i) store.Append({Line(std::to_string(i))});
  EXPECT_EQ(Texts(store.Read(4, 2)), (std::vector<std::string>{"4", "5"}));
  EXPECT_EQ(Texts(store.Read(7, 10)), std::vector<std::string>{"7"});
  EXPECT_TRUE(store.Read(8, 10).empty());
  EXPECT_EQ(Texts(store.Read(std::vector<std::uint64_t>{1, 3, 7, 9})),
            (std::vector<std::string>{"3", "7"}));
  std::vector<std::string> seen;
  store.Scan(0, 6, [&](const LogStore::View& view) {
    seen.emplace_back(view.text);
    return view.sequence < 4;
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"3", "4"}));
}

TEST(LogStore, AnOpenLineShowsUntilItsLineComes) {
  LogStore store;
  LogStore::NewLine prompt = Line("Name? ", store.Source("web.1"));
  LogStore::NewLine other = Line("...", store.Source("web.2"));
  store.SetOpen(prompt);
  store.SetOpen(other);
  prompt.text = "Name? J";
  store.SetOpen(prompt);
  EXPECT_EQ(store.Counts().next, 0U);
  std::vector<LogLine> open = store.OpenLines();
  ASSERT_EQ(open.size(), 2U);
  EXPECT_TRUE(open[0].partial);
  prompt.text = "Name? Joe";
  store.Append({prompt});
  open = store.OpenLines();
  EXPECT_EQ(Texts(open), std::vector<std::string>{"..."});
  EXPECT_EQ(open[0].sequence, 1U);
  EXPECT_EQ(Texts(store.Read(0, 10)), std::vector<std::string>{"Name? Joe"});
}

TEST(LogStore, SaysLinesOfItsOwn) {
  FakeClock clock;
  LogStore store;
  store.Say(clock, "web.1", LogLevel::kWarn, "web.1 ended: \x1b[2Jexit 1");
  const std::vector<LogLine> lines = store.Read(0, 1);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "web.1 ended: exit 1");
  EXPECT_EQ(lines[0].stream, LogStream::kTwelve);
  EXPECT_EQ(lines[0].level, LogLevel::kWarn);
  EXPECT_EQ(lines[0].at, clock.Now());
  EXPECT_EQ(lines[0].wall, clock.WallNow());
}

// The ring against the simplest model of it.
TEST(LogStore, BehavesLikeAQueueOfStrings) {
  std::mt19937 random(78);
  LogStore store({700, 1 << 20});
  std::deque<std::string> model;
  std::uint64_t next = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < random() % 20; ++i) {
      texts.emplace_back(random() % (random() % 50 == 0 ? 100000 : 200),
                         static_cast<char>('a' + random() % 26));
    }
    std::vector<LogStore::NewLine> lines;
    for (const std::string& text : texts) {
      lines.push_back(Line(text));
      model.push_back(text);
      ++next;
    }
    store.Append(lines);
    const LogCounts counts = store.Counts();
    ASSERT_EQ(counts.next, next);
    while (model.size() > next - counts.first) model.pop_front();
    std::size_t bytes = 0;
    for (const std::string& text : model) bytes += text.size();
    ASSERT_LE(bytes, std::size_t{1} << 20);
    ASSERT_LE(model.size(), 700U);
    if (round % 10 == 0) {
      ASSERT_EQ(Texts(store.Read(0, 1000)), std::vector<std::string>(model.begin(), model.end()));
    }
  }
  EXPECT_GT(store.Counts().dropped, 0U);
}

TEST(LogStore, WritersAndReadersMeetNoHalfLine) {
  LogStore store({2000, 100000});
  std::atomic<int> writing = 3;
  std::vector<std::thread> threads;
  for (int w = 0; w < 3; ++w) {
    threads.emplace_back([&store, &writing, w] {
      const std::uint16_t source = store.Source("web." + std::to_string(w));
      for (int i = 0; i < 300; ++i) {
        const std::string text(static_cast<std::size_t>(i % 90), static_cast<char>('a' + w));
        store.Append(std::vector<LogStore::NewLine>(10, Line(text, source)));
      }
      --writing;
    });
  }
  std::atomic<std::uint64_t> looked_at = 0;
  for (int r = 0; r < 2; ++r) {
    threads.emplace_back([&] {
      do {
        for (const LogLine& line : store.Read(store.Counts().first, 50)) {
          const char letter = line.text.empty() ? 'a' : line.text[0];
          EXPECT_EQ(line.text, std::string(line.text.size(), letter));
          ++looked_at;
        }
        store.Scan(0, ~std::uint64_t{0}, [&](const LogStore::View& view) {
          EXPECT_EQ(view.text.find_first_not_of(view.text.substr(0, 1)), std::string_view::npos);
          return true;
        });
      } while (writing > 0);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store.Counts().next, 9000U);
  EXPECT_GT(looked_at, 0U);
}

}  // namespace
}  // namespace twelve
