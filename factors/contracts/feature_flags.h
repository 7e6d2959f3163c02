#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twelve {

/// What one flag is for one user.
struct FlagState {
  std::string name;
  bool on = false;
  std::string config;  // a JSON object; what the feature wants to know when it is on
};

/// Which unfinished features are on. The code is the same in every deploy; whether it runs is
/// config (factor X).
///
/// Threads: any.
/// Errors:  none; a flag that nobody declared is off.
class FeatureFlags {
 public:
  virtual ~FeatureFlags() = default;
  /// `user` is any id that stays the same for a user; empty for nobody in particular.
  virtual bool IsOn(std::string_view flag, std::string_view user) const = 0;
  /// Every flag, in the order of names.
  virtual std::vector<FlagState> For(std::string_view user) const = 0;
};

}  // namespace twelve
