#include "factors/10_dev_prod_parity/parts/adapter_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace twelve {
namespace {

constexpr const char* kUrl = "postgres://db/shop";

TEST(AdapterChoice, FollowsTheUrlAndNotTheNameOfTheEnvironment) {
  for (const char* name : {"development", "staging", "production", ""}) {
    EXPECT_EQ(SchemeAdapterChoice().DatabaseUrl(kUrl, name), kUrl);
  }
}

TEST(EnvironmentAdapterChoice, UsesAFileInDevelopmentAlone) {
  EXPECT_EQ(EnvironmentAdapterChoice().DatabaseUrl(kUrl, "production"), kUrl);
  EXPECT_EQ(EnvironmentAdapterChoice().DatabaseUrl(kUrl, "development"),
            "sqlite://" + std::filesystem::current_path().string() + "/development.sqlite3");
}

}  // namespace
}  // namespace twelve
