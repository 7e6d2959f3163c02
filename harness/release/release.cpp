#include "harness/release/release.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "harness/logs/text_cleaner.h"

namespace twelve {
namespace {

constexpr std::size_t kLongestEnvironment = 32;
constexpr std::size_t kLongestValue = std::size_t{96} << 10;  // Linux: 128 KiB with the name
// Set by Twelve for each process; a config that set them would be overruled.
constexpr std::string_view kOurs[] = {"RELEASE_ID", "GIT_SHA", "PORT", "PS"};

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

Error NotFound(std::string message) {
  return {ErrorCode::kNotFound, std::move(message), {}, 0};
}

Error NoRelease(int number) {
  return NotFound(fmt::format("there is no release v{}; `twelve release list` shows them", number));
}

Error NoReleaseOf(const std::string& environment) {
  return NotFound(
      fmt::format("{} has no release yet; make one with `twelve release create TAG --to "
                  "{}`",
                  environment, environment));
}

bool SameContent(const Release& a, const Release& b) {
  return a.slug == b.slug && a.config == b.config;
}

Release WithSlugOf(const Release& source, const std::string& environment) {
  Release next;
  next.environment = environment;
  next.slug = source.slug;
  next.name = source.name;
  next.commit = source.commit;
  next.tag = source.tag;
  next.build = source.build;
  return next;
}

/// The release that was made from nothing but itself: rollbacks lead back to it.
const Release* OriginOf(const std::vector<Release>& history, const Release* release) {
  while (release != nullptr && release->restores != 0) {
    const Release* const restored = FindRelease(history, release->restores);
    if (restored == nullptr) return release;
    release = restored;
  }
  return release;
}

}  // namespace

std::vector<ConfigChange> DiffConfig(const Config& before, const Config& after) {
  std::vector<ConfigChange> changes;
  const auto shown = [](const ConfigValue& value, bool masked) {
    return masked ? std::string(kMaskedValue) : value.value;
  };
  for (const auto& [name, old] : before) {
    const auto now = after.find(name);
    if (now == after.end()) {
      changes.push_back({ConfigChange::Kind::kRemoved, name, shown(old, old.secret), ""});
    } else if (now->second.value != old.value) {
      const bool masked = old.secret || now->second.secret;
      changes.push_back(
          {ConfigChange::Kind::kChanged, name, shown(old, masked), shown(now->second, masked)});
    }
  }
  for (const auto& [name, now] : after) {
    if (before.count(name) != 0) continue;
    changes.push_back({ConfigChange::Kind::kAdded, name, "", shown(now, now.secret)});
  }
  std::sort(changes.begin(), changes.end(),
            [](const ConfigChange& a, const ConfigChange& b) { return a.name < b.name; });
  return changes;
}

std::optional<int> ParseReleaseId(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

Status CheckEnvironmentName(std::string_view name) {
  const bool good = !name.empty() && name.size() <= kLongestEnvironment && IsLetter(name[0]) &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || IsDigit(c) || c == '-';
                    });
  // "v3" would be a release.
  if (good && !ParseReleaseId(name)) return {};
  return InvalidError(
      fmt::format("\"{}\" is no name for a stage; use up to {} of a-z, 0-9 and \"-\", such as "
                  "staging",
                  CleanText(name), kLongestEnvironment));
}

Status CheckConfigName(std::string_view name) {
  const bool good = !name.empty() && (IsLetter(name[0]) || name[0] == '_') &&
                    std::all_of(name.begin(), name.end(),
                                [](char c) { return IsLetter(c) || IsDigit(c) || c == '_'; });
  if (!good) {
    return InvalidError(fmt::format(
        "\"{}\" is no name of a variable; use letters, digits and \"_\", no digit first",
        CleanText(name)));
  }
  if (std::find(std::begin(kOurs), std::end(kOurs), name) != std::end(kOurs)) {
    return InvalidError(
        fmt::format("{} is set by Twelve for each process; choose another name", name));
  }
  return {};
}

Status CheckConfigValue(std::string_view name, std::string_view value) {
  if (value.size() > kLongestValue) {
    return InvalidError(fmt::format("the value of {} has {} bytes; a variable can hold {}", name,
                                    value.size(), kLongestValue));
  }
  // Line ends are text; of the other control characters a NUL would end the value early.
  std::string_view rest = value;
  while (!rest.empty()) {
    const std::size_t clean = TextCleaner::CleanPrefix(rest);
    rest.remove_prefix(clean);
    if (rest.empty()) break;
    if (rest[0] != '\n' && rest[0] != '\r') {
      return InvalidError(
          fmt::format("the value of {} is no UTF-8 text; encode it, by base64 say", name));
    }
    rest.remove_prefix(1);
  }
  return {};
}

const Release* FindRelease(const std::vector<Release>& history, int number) {
  const auto found = std::find_if(history.begin(), history.end(),
                                  [&](const Release& r) { return r.number == number; });
  return found == history.end() ? nullptr : &*found;
}

const Release* NewestOf(const std::vector<Release>& history, std::string_view environment) {
  const Release* newest = nullptr;
  for (const Release& release : history) {
    if (release.environment == environment) newest = &release;
  }
  return newest;
}

const Release* BeforeOf(const std::vector<Release>& history, const Release& release) {
  const Release* before = nullptr;
  for (const Release& other : history) {
    if (other.number >= release.number) break;
    if (other.environment == release.environment) before = &other;
  }
  return before;
}

Result<Release> PlanPromotion(const std::vector<Release>& history, int number,
                              const std::string& environment) {
  const Release* const source = FindRelease(history, number);
  if (source == nullptr) return NoRelease(number);
  if (source->slug.empty()) {
    return InvalidError(
        fmt::format("{} has config and no slug; there is nothing to promote", source->id()));
  }
  Release next = WithSlugOf(*source, environment);
  if (const Release* const current = NewestOf(history, environment)) next.config = current->config;
  next.reason = "promote " + source->id();
  return next;
}

Result<Release> PlanRollback(const std::vector<Release>& history, const std::string& environment,
                             int to) {
  const Release* const current = NewestOf(history, environment);
  if (current == nullptr) return NoReleaseOf(environment);
  const Release* target = nullptr;
  if (to != 0) {
    target = FindRelease(history, to);
    if (target == nullptr) return NoRelease(to);
    if (target->environment != environment) {
      return InvalidError(fmt::format("{} is a release of {}; to bring its slug to {}, promote it",
                                      target->id(), target->environment, environment));
    }
  } else {
    const Release* const origin = OriginOf(history, current);
    for (const Release& release : history) {
      const bool older = release.environment == environment && release.number < origin->number;
      if (older && !release.slug.empty() && !SameContent(release, *current)) target = &release;
    }
    if (target == nullptr) {
      return NotFound(
          fmt::format("{} has no release before {} to roll back to", environment, origin->id()));
    }
  }
  if (target->slug.empty()) {
    return InvalidError(fmt::format("{} has config and no slug; it cannot run", target->id()));
  }
  Release next = WithSlugOf(*target, environment);
  next.config = target->config;
  next.restores = target->number;
  next.reason = "roll back to " + target->id();
  return next;
}

Result<Release> PlanConfig(const std::vector<Release>& history, const std::string& environment,
                           const Config& set, const std::vector<std::string>& unset) {
  Release next;
  next.environment = environment;
  if (const Release* const current = NewestOf(history, environment)) {
    next = WithSlugOf(*current, environment);
    next.config = current->config;
  }
  const Config before = next.config;
  std::vector<std::string> names;
  for (const auto& [name, value] : set) {
    next.config[name] = value;
    names.push_back(name);
  }
  for (const std::string& name : unset) {
    if (next.config.erase(name) == 0) {
      return NotFound(fmt::format("{} has no {}; `twelve release config show {}` lists what it has",
                                  environment, name, environment));
    }
  }
  if (next.config == before) {
    return InvalidError(
        fmt::format("{} has these values already; no release is made", environment));
  }
  next.reason = names.empty() ? fmt::format("config unset {}", fmt::join(unset, " "))
                              : fmt::format("config set {}", fmt::join(names, " "));
  return next;
}

Environment EnvironmentOf(const Release& release) {
  Environment environment;
  for (const auto& [name, value] : release.config) environment[name] = value.value;
  environment["RELEASE_ID"] = release.id();
  environment["GIT_SHA"] = release.commit;
  return environment;
}

}  // namespace twelve
