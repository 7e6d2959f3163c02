#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/procfile.h"

namespace twelve {

/// How many of each process type: "web=3,worker=2". Types that are not named get `others`.
struct Formation {
  std::vector<std::pair<std::string, int>> counts;
  int others = 1;

  int CountOf(std::string_view type) const;
};

/// Reads "web=3,worker=2" or "all=1,clock=0". As in foreman, types that are not named are not
/// started, unless "all" is. An empty text is one of each, but none of `release`, which a platform
/// runs once before a deploy. kInvalid says which part is wrong.
Result<Formation> ParseFormation(std::string_view text);

struct FormationRow {
  std::string name;  // "web.1"
  std::string type;
  std::uint16_t port = 0;
  std::string command;
  friend bool operator==(const FormationRow&, const FormationRow&) = default;
};

/// The first port when neither .env nor command line names one; foreman's.
inline constexpr std::uint16_t kFirstPort = 5000;

/// Who is to run, with its PORT as foreman gives it: `base`, 100 more for each type in file order
/// (types of which none runs count too), and one more for each instance. A port that is taken, by
/// another program or in this formation, is passed over.
/// Errors: kInvalid for a type that the Procfile does not have, kBusy when the ports run out.
Result<std::vector<FormationRow>> PlanFormation(const Procfile& procfile,
                                                const Formation& formation, std::uint16_t base,
                                                const std::function<bool(std::uint16_t)>& is_free);

}  // namespace twelve
