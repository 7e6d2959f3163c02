#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "factors/contracts/feature_flags.h"
#include "factors/contracts/http.h"
#include "harness/base/result.h"

namespace twelve {

/// Factor X: features that are switched on by config, for everybody or for a part of the users.
///
///   {"new_checkout_flow": true,
///    "advanced_analytics": {"enabled": true, "percent": 25, "config": {"sample_rate": 0.1}}}
///
/// Who belongs to the 25 percent follows from the names of flag and user alone: the same user sees
/// the same in every process and at every request, stays in when the part grows, and is in another
/// part for another flag. Nobody in particular sees only what everybody sees.
///
/// Threads: any; it never changes.
class RolloutFlags final : public FeatureFlags {
 public:
  /// Errors: kInvalid; the message completes "FEATURE_FLAGS …".
  static Result<RolloutFlags> Parse(const std::string& json);

  bool IsOn(std::string_view flag, std::string_view user) const override;
  std::vector<FlagState> For(std::string_view user) const override;

  /// 0 to 9999: a user is in when this is below the percentage times 100.
  static int Share(std::string_view flag, std::string_view user);

 private:
  struct Flag {
    int shares = 0;  // of 10,000; 0 when it is off
    std::string config = "{}";
  };

  std::map<std::string, Flag, std::less<>> flags_;
};

/// GET /api/v1/flags?user=ID: what is on for this user, found anew for each request. `flags` must
/// outlive the routes.
std::vector<HttpRoute> FlagRoutes(const FeatureFlags& flags);

}  // namespace twelve
