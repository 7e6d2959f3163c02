#pragma once

#include <optional>
#include <span>

#include "harness/base/result.h"

namespace twelve {

/// A measurement: with so many (processes, threads, clients), so many requests per second.
struct ScalabilityPoint {
  double n = 0;
  double per_second = 0;
};

/// The Universal Scalability Law: throughput of n that work side by side,
///
///     X(n) = λ n ÷ (1 + σ (n − 1) + κ n (n − 1))
///
/// λ, per second: what one does alone.
/// σ, contention: the part that only one can do at a time (with κ = 0 this is Amdahl's law; the
///    curve levels off at λ ÷ σ).
/// κ, coherency: what each pair spends on agreeing. Above 0 the curve has a peak and falls.
///
/// Source: N. J. Gunther, "Guerrilla Capacity Planning", Springer 2007, chapter 4.
struct ScalabilityLaw {
  double lambda = 0;
  double sigma = 0;
  double kappa = 0;

  double At(double n) const;
  /// n of the highest throughput, √((1 − σ) ÷ κ); nothing when κ is 0: it rises for ever.
  std::optional<double> Peak() const;
};

struct ScalabilityFit {
  ScalabilityLaw law;
  /// Part of the variance of the measurements that the law explains; 1 is all of it.
  double r_squared = 0;
};

/// The law that fits best, by least squares of the throughput, with λ > 0 and σ, κ ≥ 0: a negative
/// one would mean that sharing makes faster, which is noise.
///
/// The law is linear in a different place: n ÷ X(n) = a + b (n − 1) + c n (n − 1) with a = 1/λ,
/// b = σ/λ, c = κ/λ. Least squares there gives a start; Gauss-Newton steps with the true residuals
/// then end where the sum of their squares is least.
///
/// Errors: kInvalid for points that are not positive, or fewer than three different n.
Result<ScalabilityFit> FitScalabilityLaw(std::span<const ScalabilityPoint> points);

}  // namespace twelve
