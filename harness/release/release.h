#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/command.h"

namespace twelve {

struct ConfigValue {
  std::string value;
  bool secret = false;  // shown as "[masked]"
  friend bool operator==(const ConfigValue&, const ConfigValue&) = default;
};
/// Environment names and values of one stage.
using Config = std::map<std::string, ConfigValue>;

/// A slug with the config of one stage at one moment: what runs. Never changed once it is made. A
/// plain value.
struct Release {
  int number = 0;           // 42 of "v42"; only grows, over all stages
  std::string environment;  // the stage it was made for: "staging"
  std::string slug;         // id; empty when a stage has config and no code yet
  std::string name;         // of the application
  std::string commit;       // in full
  std::string tag;          // its first 7 characters
  int build = 0;
  Config config;
  std::string created;  // "2024-05-01T12:00:07Z"
  std::string reason;   // "build 3", "promote v41", "config set A", "roll back to v40"
  int restores = 0;     // the release that a rollback took slug and config from

  std::string id() const { return "v" + std::to_string(number); }
};

/// A change of one name from one config to the next.
struct ConfigChange {
  enum class Kind { kAdded, kChanged, kRemoved } kind = Kind::kAdded;
  std::string name;
  std::string before, after;  // masked where secret; empty where there is none
  friend bool operator==(const ConfigChange&, const ConfigChange&) = default;
};

inline constexpr std::string_view kMaskedValue = "[masked]";

/// In order of the names. A value that is secret on either side is masked on both.
std::vector<ConfigChange> DiffConfig(const Config& before, const Config& after);

/// "v42" or "42"; nothing for any other text.
std::optional<int> ParseReleaseId(std::string_view text);
/// kInvalid unless it is 1 to 32 of a-z, 0-9 and "-", beginning with a letter.
Status CheckEnvironmentName(std::string_view name);
/// kInvalid unless it is a name that every shell takes and not one that Twelve sets itself.
Status CheckConfigName(std::string_view name);
/// kInvalid for bytes that are no text, or more than one variable can hold.
Status CheckConfigValue(std::string_view name, std::string_view value);

// What the next release of a stage is. `history` are all releases, oldest first. The results have
// no number and no time yet; their `environment` is set.

/// The slug of release `number` with the config of `environment` as it is now.
Result<Release> PlanPromotion(const std::vector<Release>& history, int number,
                              const std::string& environment);
/// Slug and config of release `to`, or when it is 0, of the newest one of this stage that is older
/// than what runs and differs from it. A rollback counts as the release that it restored, so that
/// rolling back twice goes two releases back.
Result<Release> PlanRollback(const std::vector<Release>& history, const std::string& environment,
                             int to);
/// The current slug with other config. `set` and `unset` are the changes; kInvalid when nothing
/// changes.
Result<Release> PlanConfig(const std::vector<Release>& history, const std::string& environment,
                           const Config& set, const std::vector<std::string>& unset);

/// The newest release of a stage; null when it has none.
const Release* NewestOf(const std::vector<Release>& history, std::string_view environment);
/// The one of the same stage before `release`; null for the first.
const Release* BeforeOf(const std::vector<Release>& history, const Release& release);
const Release* FindRelease(const std::vector<Release>& history, int number);

/// The environment of a release's processes: its config, RELEASE_ID and GIT_SHA.
Environment EnvironmentOf(const Release& release);

}  // namespace twelve
