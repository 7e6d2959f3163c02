#include "factors/04_backing_services/experiment.h"

#include <gtest/gtest.h>

#include <set>

#include "factors/04_backing_services/steps.h"

namespace twelve::backing_services {
namespace {

TEST(BackingServicesSteps, EachHasARightAnswerAndSaysWhatABreachMeans) {
  std::set<std::string_view> ids;
  for (const LabStep& step : Steps()) {
    EXPECT_TRUE(ids.insert(step.id).second) << step.id;
    EXPECT_GE(step.answers.size(), 2u) << step.id;
    EXPECT_LE(step.answers.size(), 3u) << step.id;
    EXPECT_LT(step.right_answer, static_cast<int>(step.answers.size())) << step.id;
    EXPECT_FALSE(step.explain_broken.empty()) << step.id;
  }
  EXPECT_EQ(ids.size(), 5u);
}

}  // namespace
}  // namespace twelve::backing_services
