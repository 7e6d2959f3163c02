#include "harness/logs/log_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace twelve {
namespace {

void Append(LogStore& store, std::string_view text, std::string_view source = "web.1") {
  LogStore::NewLine line;
  line.source = store.Source(source);
  line.text = text;
  store.Append({line});
}

std::vector<std::string> Texts(const std::vector<LogLine>& lines) {
  std::vector<std::string> texts;
  for (const LogLine& line : lines) texts.push_back(line.text);
  return texts;
}

TEST(LogReader, WithoutAFilterEveryLineIsARow) {
  const auto store = std::make_shared<LogStore>(LogLimits{3, 1000});
  LogReader reader(store);
  EXPECT_TRUE(reader.Rows(0, 10).empty());
  for (int i = 0; i < 5; ++i) Append(*store, std::to_string(i));
  EXPECT_TRUE(reader.Advance(0));
  EXPECT_EQ(Texts(reader.Rows(0, 10)), (std::vector<std::string>{"2", "3", "4"}));
  EXPECT_EQ(Texts(reader.Rows(1, 1)), std::vector<std::string>{"3"});
  EXPECT_TRUE(reader.Rows(3, 1).empty());
  EXPECT_EQ(Texts(reader.LastRows(2)), (std::vector<std::string>{"3", "4"}));
  EXPECT_EQ(reader.RowFrom(4), 2U);
  EXPECT_EQ(reader.RowFrom(0), 0U);
  const LogReader::Progress progress = reader.Now();
  EXPECT_FALSE(progress.filtered);
  EXPECT_TRUE(progress.up_to_date);
  EXPECT_EQ(progress.matched, 3U);
  EXPECT_EQ(progress.counts.dropped, 2U);
}

TEST(LogReader, FindsMatchesBitByBitAndGoesOnWithNewLines) {
  const auto store = std::make_shared<LogStore>();
  for (int i = 0; i < 60; ++i) Append(*store, i % 5 == 0 ? "error" : "fine");
  LogReader reader(store);
  ASSERT_TRUE(reader.SetFilter("error").ok());
  EXPECT_FALSE(reader.Advance(30));
  EXPECT_EQ(reader.Now().matched, 6U);
  EXPECT_EQ(reader.Now().looked_at, 30U);
  EXPECT_FALSE(reader.Now().up_to_date);
  EXPECT_TRUE(reader.Advance(30));
  EXPECT_EQ(reader.Now().matched, 12U);
  EXPECT_TRUE(reader.Now().up_to_date);
  Append(*store, "error again");
  EXPECT_FALSE(reader.Now().up_to_date);
  EXPECT_TRUE(reader.Advance(30));
  EXPECT_EQ(Texts(reader.LastRows(2)), (std::vector<std::string>{"error", "error again"}));
  EXPECT_EQ(reader.LastRows(1)[0].sequence, 60U);
  EXPECT_EQ(reader.RowFrom(6), 2U);
}

TEST(LogReader, SourcesThatAppearLaterAreFiltered) {
  const auto store = std::make_shared<LogStore>();
  LogReader reader(store);
  ASSERT_TRUE(reader.SetFilter("type:web").ok());
  Append(*store, "a", "web.1");
  Append(*store, "b", "worker.1");
  EXPECT_TRUE(reader.Advance(100));
  Append(*store, "c", "web.2");
  Append(*store, "d", "clock");
  EXPECT_TRUE(reader.Advance(100));
  EXPECT_EQ(Texts(reader.Rows(0, 10)), (std::vector<std::string>{"a", "c"}));
}

TEST(LogReader, RowsGoWithTheirLines) {
  const auto store = std::make_shared<LogStore>(LogLimits{10, 1000});
  LogReader reader(store);
  ASSERT_TRUE(reader.SetFilter("even").ok());
  for (int i = 0; i < 10; ++i) Append(*store, (i % 2 == 0 ? "even " : "odd ") + std::to_string(i));
  EXPECT_TRUE(reader.Advance(100));
  EXPECT_EQ(reader.Now().matched, 5U);
  for (int i = 10; i < 17; ++i) Append(*store, (i % 2 == 0 ? "even " : "odd ") + std::to_string(i));
  EXPECT_EQ(Texts(reader.Rows(0, 10)), std::vector<std::string>{"even 8"});
  EXPECT_TRUE(reader.Advance(100));
  EXPECT_EQ(Texts(reader.Rows(0, 10)),
            (std::vector<std::string>{"even 8", "even 10", "even 12", "even 14", "even 16"}));
  for (int i = 0; i < 20; ++i) Append(*store, "odd");
  EXPECT_TRUE(reader.Rows(0, 10).empty());
  EXPECT_TRUE(reader.Advance(100));
  EXPECT_EQ(reader.Now().matched, 0U);
  EXPECT_EQ(reader.Now().looked_at, 10U);
}

TEST(LogReader, ABadFilterLeavesTheOldOne) {
  const auto store = std::make_shared<LogStore>();
  Append(*store, "one");
  Append(*store, "two");
  LogReader reader(store);
  ASSERT_TRUE(reader.SetFilter("two").ok());
  EXPECT_TRUE(reader.Advance(10));
  EXPECT_FALSE(reader.SetFilter("/[/").ok());
  EXPECT_EQ(Texts(reader.Rows(0, 10)), std::vector<std::string>{"two"});
  ASSERT_TRUE(reader.SetFilter("one").ok());
  EXPECT_TRUE(reader.Rows(0, 10).empty());
  EXPECT_TRUE(reader.Advance(10));
  EXPECT_EQ(Texts(reader.Rows(0, 10)), std::vector<std::string>{"one"});
}

TEST(LogReader, FiltersOpenLinesToo) {
  const auto store = std::make_shared<LogStore>();
  LogStore::NewLine line;
  line.source = store->Source("web.1");
  line.text = "Name? ";
  store->SetOpen(line);
  LogReader reader(store);
  EXPECT_EQ(reader.OpenLines().size(), 1U);
  ASSERT_TRUE(reader.SetFilter("name").ok());
  EXPECT_EQ(reader.OpenLines().size(), 1U);
  ASSERT_TRUE(reader.SetFilter("-type:web").ok());
  EXPECT_TRUE(reader.OpenLines().empty());
}

TEST(LogReader, AWorkerAdvancesWhileOthersWriteReadAndChangeTheFilter) {
  const auto store = std::make_shared<LogStore>(LogLimits{5000, 1 << 20});
  LogReader reader(store);
  std::atomic<bool> writing = true;
  std::thread writer([&] {
    for (int i = 0; i < 20000; ++i) Append(*store, i % 2 == 0 ? "even" : "odd");
    writing = false;
  });
  std::thread worker([&] {
    while (writing) reader.Advance(500);
  });
  const char* queries[] = {"even", "odd"};
  int round = 0;
  while (writing) {
    const std::string query = queries[++round % 2];
    ASSERT_TRUE(reader.SetFilter(query).ok());
    for (const LogLine& line : reader.LastRows(20)) EXPECT_EQ(line.text, query);
  }
  writer.join();
  worker.join();
  ASSERT_TRUE(reader.SetFilter("odd").ok());
  EXPECT_TRUE(reader.Advance(5000));
  EXPECT_EQ(reader.Now().matched, 2500U);
}

}  // namespace
}  // namespace twelve
