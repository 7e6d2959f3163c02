#include "harness/process/env_dialects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using namespace std::literals;

using testing::IsEmpty;
using testing::SizeIs;

constexpr EnvDialect kAll[] = {EnvDialect::kForeman, EnvDialect::kHerokuLocal,
                               EnvDialect::kGodotenv, EnvDialect::kDotenv};

// What the four programs made of each text was measured by running them.
std::vector<nlohmann::json> Cases() {
  const char* source = std::getenv("TWELVE_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) +
                     "/harness/process/testdata/env_dialects.json");
  return nlohmann::json::parse(file).get<std::vector<nlohmann::json>>();
}

Environment Values(const DialectReading& reading) {
  Environment values;
  for (const EnvEntry& entry : reading.entries) values[entry.name] = entry.value;
  return values;
}

TEST(EnvDialects, OursReadsEachCaseAsDecided) {
  ASSERT_THAT(Cases(), SizeIs(52));
  for (const nlohmann::json& row : Cases()) {
    EXPECT_EQ(ParseEnvFile(row["text"].get<std::string>()).Values(), row["ours"].get<Environment>())
        << row["case"];
  }
}

TEST(EnvDialects, EachIsReadAsTheProgramItselfReadsIt) {
  for (const nlohmann::json& row : Cases()) {
    for (const EnvDialect dialect : kAll) {
      const DialectReading reading = ReadAs(dialect, row["text"].get<std::string>());
      const nlohmann::json& measured = row["theirs"][std::string(ToString(dialect))];
      EXPECT_EQ(reading.refused_line.has_value(), measured == "refuses")
          << row["case"] << " " << ToString(dialect);
      if (measured.is_object()) {
        EXPECT_EQ(Values(reading), measured.get<Environment>())
            << row["case"] << " " << ToString(dialect);
      }
    }
  }
}

TEST(EnvDialects, TheLintNamesExactlyThoseThatDiffer) {
  for (const nlohmann::json& row : Cases()) {
    std::set<std::string> named;
    for (const EnvDifference& difference : LintEnvFile(row["text"].get<std::string>())) {
      named.insert(std::string(ToString(difference.dialect)));
      EXPECT_GE(difference.line, 1);
    }
    EXPECT_EQ(named, row["differ"].get<std::set<std::string>>()) << row["case"];
  }
}

TEST(EnvDialects, TheLintSaysWhereAndHow) {
  const std::vector<EnvDifference> found = LintEnvFile("X=1\n\nA=b # c\nexport B=2\n");
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_EQ(found[0].line, 3);
  EXPECT_EQ(found[0].name, "A");
  EXPECT_EQ(found[0].dialect, EnvDialect::kForeman);
  EXPECT_EQ(found[0].theirs, "reads \"b # c\"");
  EXPECT_EQ(found[1].line, 4);
  EXPECT_EQ(found[1].theirs, "does not set it");
  EXPECT_EQ(found[3].theirs, "sets \"export B\" to \"2\"");
}

TEST(EnvDialects, TakeAnyBytes) {
  constexpr std::string_view kBytes = "A=A=\"'\\n$({}:-# \t\n\r\xC3\0`"sv;
  unsigned seed = 5;
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (int i = 0; i < 20; ++i) {
      seed = seed * 1664525u + 1013904223u;
      text += kBytes[(seed >> 16) % kBytes.size()];
    }
    for (const EnvDifference& difference : LintEnvFile(text)) {
      EXPECT_FALSE(difference.theirs.empty());
    }
  }
}

}  // namespace
}  // namespace twelve
