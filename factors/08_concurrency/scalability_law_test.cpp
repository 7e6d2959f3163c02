#include "factors/08_concurrency/scalability_law.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace twelve {
namespace {

std::vector<ScalabilityPoint> Measure(const ScalabilityLaw& law, double noise = 0) {
  std::vector<ScalabilityPoint> points;
  double sign = 1;
  for (const double n : {1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0}) {
    points.push_back({n, law.At(n) * (1 + sign * noise)});
    sign = -sign;
  }
  return points;
}

TEST(ScalabilityLaw, IsLinearWithoutSharingAndAmdahlWithoutCoherency) {
  const ScalabilityLaw linear{100, 0, 0};
  EXPECT_DOUBLE_EQ(linear.At(7), 700);
  EXPECT_FALSE(linear.Peak().has_value());
  const ScalabilityLaw amdahl{100, 0.1, 0};
  EXPECT_NEAR(amdahl.At(1e9), 1000, 1e-3);  // λ ÷ σ
}

TEST(ScalabilityLaw, HasItsPeakWhereItSays) {
  const ScalabilityLaw law{100, 0.05, 0.001};
  const double peak = *law.Peak();
  EXPECT_NEAR(peak, 30.82, 0.01);
  EXPECT_GT(law.At(peak), law.At(peak - 1));
  EXPECT_GT(law.At(peak), law.At(peak + 1));
}

TEST(ScalabilityLaw, FindsKnownCoefficientsAgain) {
  for (const ScalabilityLaw& known : {ScalabilityLaw{995.65, 0.02671, 0.000769},
                                      {100, 0.05, 0.001},
                                      {50, 0.2, 0},
                                      {1000, 0, 0.0005},
                                      {10, 0, 0},
                                      {0.01, 0.5, 0.01}}) {
    const Result<ScalabilityFit> fit = FitScalabilityLaw(Measure(known));
    ASSERT_TRUE(fit.ok()) << fit.error().message;
    EXPECT_NEAR(fit->law.lambda / known.lambda, 1, 1e-6);
    EXPECT_NEAR(fit->law.sigma, known.sigma, 1e-6);
    EXPECT_NEAR(fit->law.kappa, known.kappa, 1e-6);
    EXPECT_NEAR(fit->r_squared, 1, 1e-9);
  }
}

TEST(ScalabilityLaw, BearsNoise) {
  const ScalabilityLaw known{995.65, 0.02671, 0.000769};
  const Result<ScalabilityFit> fit = FitScalabilityLaw(Measure(known, 0.02));
  ASSERT_TRUE(fit.ok()) << fit.error().message;
  EXPECT_NEAR(fit->law.lambda / known.lambda, 1, 0.05);
  EXPECT_NEAR(fit->law.sigma, known.sigma, 0.01);
  EXPECT_NEAR(fit->law.kappa, known.kappa, 0.0002);
  EXPECT_GT(fit->r_squared, 0.98);
}

TEST(ScalabilityLaw, FitsBetterThanItsNeighbours) {
  const std::vector<ScalabilityPoint> points = Measure({100, 0.05, 0.001}, 0.05);
  const ScalabilityFit fit = *FitScalabilityLaw(points);
  const auto error = [&points](const ScalabilityLaw& law) {
    double sum = 0;
    for (const ScalabilityPoint& p : points) sum += std::pow(p.per_second - law.At(p.n), 2);
    return sum;
  };
  for (const double factor : {0.99, 1.01}) {
    ScalabilityLaw other = fit.law;
    other.lambda *= factor;
    EXPECT_GT(error(other), error(fit.law));
    other = fit.law;
    other.sigma *= factor;
    EXPECT_GT(error(other), error(fit.law));
    other = fit.law;
    other.kappa *= factor;
    EXPECT_GT(error(other), error(fit.law));
  }
}

TEST(ScalabilityLaw, NeverClaimsThatSharingMakesFaster) {
  // More than twice as fast with two: noise, or a cache; not a law.
  const std::vector<ScalabilityPoint> points = {{1, 100}, {2, 210}, {4, 430}, {8, 900}};
  const Result<ScalabilityFit> fit = FitScalabilityLaw(points);
  ASSERT_TRUE(fit.ok()) << fit.error().message;
  EXPECT_GE(fit->law.sigma, 0);
  EXPECT_GE(fit->law.kappa, 0);
}

TEST(ScalabilityLaw, RefusesWhatDeterminesNothing) {
  const std::vector<ScalabilityPoint> few = {{1, 100}, {2, 190}, {2, 195}};
  EXPECT_FALSE(FitScalabilityLaw(few).ok());
  const std::vector<ScalabilityPoint> zero = {{1, 100}, {2, 0}, {4, 300}};
  EXPECT_FALSE(FitScalabilityLaw(zero).ok());
  EXPECT_FALSE(FitScalabilityLaw({}).ok());
}

}  // namespace
}  // namespace twelve
