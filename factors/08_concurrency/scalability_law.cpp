#include "factors/08_concurrency/scalability_law.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace twelve {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

constexpr int kMostSteps = 200;
constexpr int kMostHalvings = 30;
constexpr double kEnough = 1e-14;  // relative gain below which a step is the last

/// Solves a x = b for a symmetric matrix; a row that holds nothing gives 0.
Vector Solve(Matrix a, Vector b) {
  for (std::size_t i = 0; i < 3; ++i) {
    std::size_t pivot = i;
    for (std::size_t row = i + 1; row < 3; ++row) {
      if (std::abs(a[row][i]) > std::abs(a[pivot][i])) pivot = row;
    }
    std::swap(a[i], a[pivot]);
    std::swap(b[i], b[pivot]);
    if (std::abs(a[i][i]) < 1e-300) continue;
    for (std::size_t row = i + 1; row < 3; ++row) {
      const double factor = a[row][i] / a[i][i];
      for (std::size_t column = i; column < 3; ++column) a[row][column] -= factor * a[i][column];
      b[row] -= factor * b[i];
    }
  }
  Vector x{};
  for (std::size_t i = 3; i-- > 0;) {
    double rest = b[i];
    for (std::size_t column = i + 1; column < 3; ++column) rest -= a[i][column] * x[column];
    x[i] = std::abs(a[i][i]) < 1e-300 ? 0 : rest / a[i][i];
  }
  return x;
}

/// Least squares over rows of a design, for those of the three unknowns that are free.
class Normal {
 public:
  explicit Normal(const std::array<bool, 3>& is_free) : is_free_(is_free) {}
  void Add(const Vector& row, double value) {
    for (std::size_t i = 0; i < 3; ++i) {
      if (!is_free_[i]) continue;
      right_[i] += row[i] * value;
      for (std::size_t k = 0; k < 3; ++k) {
        if (is_free_[k]) left_[i][k] += row[i] * row[k];
      }
    }
  }
  Vector Solution() const {
    Matrix left = left_;
    for (std::size_t i = 0; i < 3; ++i) {
      if (!is_free_[i]) left[i][i] = 1;
    }
    return Solve(left, right_);
  }

 private:
  const std::array<bool, 3> is_free_;
  Matrix left_{};
  Vector right_{};
};

double SumOfSquares(const ScalabilityLaw& law, std::span<const ScalabilityPoint> points) {
  double sum = 0;
  for (const ScalabilityPoint& point : points) {
    const double error = point.per_second - law.At(point.n);
    sum += error * error;
  }
  return sum;
}

/// The linear form, with each equation weighed so that its error is about that of the throughput.
ScalabilityLaw LinearStart(std::span<const ScalabilityPoint> points,
                           const std::array<bool, 3>& is_free) {
  Normal normal(is_free);
  for (const ScalabilityPoint& point : points) {
    const double n = point.n, weight = point.per_second * point.per_second / n;
    normal.Add({weight, weight * (n - 1), weight * n * (n - 1)}, weight * n / point.per_second);
  }
  const Vector x = normal.Solution();
  const double a = x[0] > 0 ? x[0] : points[0].n / points[0].per_second;
  return {1 / a, std::max(0.0, x[1] / a), std::max(0.0, x[2] / a)};
}

ScalabilityLaw Refine(ScalabilityLaw law, std::span<const ScalabilityPoint> points,
                      const std::array<bool, 3>& is_free) {
  double error = SumOfSquares(law, points);
  for (int step = 0; step < kMostSteps; ++step) {
    Normal normal(is_free);
    for (const ScalabilityPoint& point : points) {
      const double n = point.n;
      const double below = 1 + law.sigma * (n - 1) + law.kappa * n * (n - 1);
      const double value = law.lambda * n / below;
      normal.Add({n / below, -value * (n - 1) / below, -value * n * (n - 1) / below},
                 point.per_second - value);
    }
    const Vector x = normal.Solution();
    double part = 1, next_error = error;
    ScalabilityLaw next = law;
    for (int halving = 0; halving < kMostHalvings; ++halving, part /= 2) {
      next = {law.lambda + part * x[0], std::max(0.0, law.sigma + part * x[1]),
              std::max(0.0, law.kappa + part * x[2])};
      next_error = SumOfSquares(next, points);
      if (next.lambda > 0 && next_error < error) break;
    }
    if (next.lambda <= 0 || !(next_error < error)) break;
    const bool enough = error - next_error <= kEnough * error;
    law = next;
    error = next_error;
    if (enough) break;
  }
  return law;
}

Status CheckPoints(std::span<const ScalabilityPoint> points) {
  std::set<double> different;
  for (const ScalabilityPoint& point : points) {
    if (!(point.n > 0) || !(point.per_second > 0)) {
      return InvalidError("each measurement needs a number and a throughput above 0");
    }
    different.insert(point.n);
  }
  if (different.size() >= 3) return {};
  return InvalidError("three unknowns need measurements with at least three different numbers");
}

double RSquared(const ScalabilityLaw& law, std::span<const ScalabilityPoint> points) {
  double mean = 0, variance = 0;
  for (const ScalabilityPoint& point : points) mean += point.per_second;
  mean /= static_cast<double>(points.size());
  for (const ScalabilityPoint& point : points) {
    variance += (point.per_second - mean) * (point.per_second - mean);
  }
  const double error = SumOfSquares(law, points);
  if (variance == 0) return error == 0 ? 1 : 0;
  return 1 - error / variance;
}

}  // namespace

double ScalabilityLaw::At(double n) const {
  return lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

std::optional<double> ScalabilityLaw::Peak() const {
  if (kappa <= 0) return std::nullopt;
  return std::sqrt(std::max(0.0, 1 - sigma) / kappa);
}

Result<ScalabilityFit> FitScalabilityLaw(std::span<const ScalabilityPoint> points) {
  if (Status status = CheckPoints(points); !status) return status.error();
  // The best within σ, κ ≥ 0 may lie on a border: each border is tried as well.
  constexpr std::array<bool, 3> kTries[] = {
      {true, true, true}, {true, true, false}, {true, false, true}, {true, false, false}};
  std::optional<ScalabilityLaw> best;
  for (const std::array<bool, 3>& is_free : kTries) {
    const ScalabilityLaw law = Refine(LinearStart(points, is_free), points, is_free);
    if (!best || SumOfSquares(law, points) < SumOfSquares(*best, points)) best = law;
  }
  return ScalabilityFit{*best, RSquared(*best, points)};
}

}  // namespace twelve
