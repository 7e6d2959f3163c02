#include "harness/conformance/repetition.h"

#include <algorithm>
#include <string>
#include <utility>

namespace twelve {
namespace {

bool AllEqual(const std::vector<Verdict>& samples) {
  return std::all_of(samples.begin(), samples.end(),
                     [&](Verdict verdict) { return verdict == samples.front(); });
}

}  // namespace

bool NeedsAnother(const std::vector<Verdict>& samples, bool conclusive_alone) {
  const int taken = static_cast<int>(samples.size());
  if (taken == 0) return true;
  if (taken == 1 && conclusive_alone) return false;
  const int wanted = AllEqual(samples) ? kRepetitions : kMostRepetitions;
  return taken < wanted;
}

Verdict Agreed(const std::vector<Verdict>& samples) {
  return samples.empty() || !AllEqual(samples) ? Verdict::kInconclusive : samples.front();
}

std::string Listed(const std::vector<Verdict>& samples) {
  std::string list;
  for (const Verdict verdict : samples) {
    list += list.empty() ? "" : " ";
    list += ToString(verdict);
  }
  return list;
}

Finding AgreedFinding(const std::vector<Verdict>& samples, std::string expected,
                      std::string actual) {
  Finding finding = MakeFinding(Agreed(samples), std::move(expected), std::move(actual),
                                static_cast<int>(samples.size()));
  if (finding.verdict == Verdict::kInconclusive) {
    finding.why = std::to_string(samples.size()) + " samples differ: " + Listed(samples);
  }
  return finding;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace twelve
