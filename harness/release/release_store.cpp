#include "harness/release/release_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "harness/release/build_history.h"
#include "harness/release/durable_file.h"
#include "harness/release/iso_time.h"
#include "harness/release/running_list.h"

namespace twelve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Error Refused(std::string message) {
  return {ErrorCode::kDenied, std::move(message), {}, 0};
}

std::string RecordOf(int number) {
  return fmt::format("releases/v{}.json", number);
}

std::string PointerOf(const std::string& environment) {
  return fmt::format("environments/{}.json", environment);
}

/// The part of a file's name before ".json"; empty for other files.
std::string StemOf(const fs::directory_entry& entry) {
  return entry.path().extension() == ".json" ? entry.path().stem().string() : std::string();
}

}  // namespace

json ReleaseStore::ToRecord(const Release& release) const {
  json config = json::object();
  for (const auto& [name, value] : release.config) {
    config[name] = {{"value", value.value}, {"secret", value.secret}};
  }
  return {{"release", release.number},   {"environment", release.environment},
          {"slug", release.slug},        {"name", release.name},
          {"commit", release.commit},    {"tag", release.tag},
          {"build", release.build},      {"config", store_.key().Encrypt(config.dump())},
          {"created", release.created},  {"reason", release.reason},
          {"restores", release.restores}};
}

Result<Release> ReleaseStore::FromRecord(const json& body) const {
  Release release;
  // The library tells a wrong kind by an exception; it goes no further.
  try {
    body.at("release").get_to(release.number);
    body.at("environment").get_to(release.environment);
    body.at("slug").get_to(release.slug);
    body.at("name").get_to(release.name);
    body.at("commit").get_to(release.commit);
    body.at("tag").get_to(release.tag);
    body.at("build").get_to(release.build);
    body.at("created").get_to(release.created);
    body.at("reason").get_to(release.reason);
    body.at("restores").get_to(release.restores);
    const Result<std::string> plain = store_.key().Decrypt(body.at("config").get<std::string>());
    if (!plain) return plain.error();
    const json config = json::parse(*plain);
    for (const auto& [name, value] : config.items()) {
      release.config[name] = {value.at("value").get<std::string>(), value.at("secret").get<bool>()};
    }
  } catch (const json::exception&) {
    return InvalidError("the record of a release is not one that this Twelve can read");
  }
  return release;
}

Result<int> ReleaseStore::LastPointed(const std::string& environment) const {
  const Result<json> pointer = store_.ReadSealed(PointerOf(environment));
  if (!pointer && pointer.error().code == ErrorCode::kNotFound) return 0;
  if (!pointer) return pointer.error();
  return pointer->value("release", 0);
}

Result<std::vector<Release>> ReleaseStore::All() const {
  std::vector<Release> all;
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_.Path("releases"), failed)) {
    const std::optional<int> number = ParseReleaseId(StemOf(entry));
    if (!number) continue;
    const Result<json> body = store_.ReadSealed(RecordOf(*number));
    if (!body) return body.error();
    Result<Release> release = FromRecord(*body);
    if (!release) return release.error();
    all.push_back(std::move(release).value());
  }
  std::sort(all.begin(), all.end(),
            [](const Release& a, const Release& b) { return a.number < b.number; });
  // Ids have no gaps, and no stage goes back: what is missing was taken away.
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].number != static_cast<int>(i) + 1) {
      return Refused(fmt::format("{} is missing in {}: somebody removed it",
                                 RecordOf(static_cast<int>(i) + 1), store_.root()));
    }
  }
  for (const fs::directory_entry& entry :
       fs::directory_iterator(store_.Path("environments"), failed)) {
    const std::string environment = StemOf(entry);
    if (environment.empty()) continue;
    const Result<int> pointed = LastPointed(environment);
    if (!pointed) return pointed.error();
    if (*pointed > static_cast<int>(all.size())) {
      return Refused(fmt::format("{} is missing in {}: somebody removed it", RecordOf(*pointed),
                                 store_.root()));
    }
  }
  return all;
}

Result<std::vector<std::string>> ReleaseStore::Environments() const {
  const Result<std::vector<Release>> all = All();
  if (!all) return all.error();
  std::set<std::string> names;
  for (const Release& release : *all) names.insert(release.environment);
  return std::vector<std::string>(names.begin(), names.end());
}

Result<Release> ReleaseStore::Find(const std::string& id_or_environment) const {
  const Result<std::vector<Release>> all = All();
  if (!all) return all.error();
  const std::optional<int> number = ParseReleaseId(id_or_environment);
  const Release* const found =
      number ? FindRelease(*all, *number) : NewestOf(*all, id_or_environment);
  if (found != nullptr) return *found;
  return Error{ErrorCode::kNotFound,
               fmt::format("there is no release and no stage \"{}\"; `twelve release list` shows "
                           "them",
                           id_or_environment),
               {},
               0};
}

Result<Release> ReleaseStore::Add(const Plan& plan) const {
  const Result<StoreLock> lock = store_.Lock();
  if (!lock) return lock.error();
  const Result<std::vector<Release>> history = All();
  if (!history) return history.error();
  Result<Release> release = plan(*history);
  if (!release) return release;
  if (!release->slug.empty()) {
    if (const Status whole = slugs_.Check(release->slug); !whole) return whole.error();
  }
  release->number = static_cast<int>(history->size()) + 1;
  release->created = IsoTime(clock_.WallNow());
  if (const Status made = store_.WriteNewSealed(RecordOf(release->number), ToRecord(*release));
      !made) {
    return made.error();
  }
  const Status pointed =
      store_.WriteSealed(PointerOf(release->environment), json{{"release", release->number}});
  if (!pointed) return pointed.error();
  return release;
}

Result<Release> ReleaseStore::Create(const BuildRecord& build,
                                     const std::string& environment) const {
  if (const Status good = CheckEnvironmentName(environment); !good) return good.error();
  return Add([&](const std::vector<Release>& history) -> Result<Release> {
    Release next;
    if (const Release* const current = NewestOf(history, environment))
      next.config = current->config;
    next.environment = environment;
    next.slug = build.slug;
    next.name = build.name;
    next.commit = build.commit;
    next.tag = build.tag;
    next.build = build.number;
    next.reason = fmt::format("build {}", build.number);
    return next;
  });
}

Result<Release> ReleaseStore::Promote(int number, const std::string& environment) const {
  if (const Status good = CheckEnvironmentName(environment); !good) return good.error();
  return Add([&](const std::vector<Release>& history) {
    return PlanPromotion(history, number, environment);
  });
}

Result<Release> ReleaseStore::RollBack(const std::string& environment, int to) const {
  return Add(
      [&](const std::vector<Release>& history) { return PlanRollback(history, environment, to); });
}

Result<Release> ReleaseStore::ChangeConfig(const std::string& environment, const Config& set,
                                           const std::vector<std::string>& unset,
                                           const std::string& because) const {
  if (const Status good = CheckEnvironmentName(environment); !good) return good.error();
  for (const auto& [name, value] : set) {
    if (const Status good = CheckConfigName(name); !good) return good.error();
    if (const Status good = CheckConfigValue(name, value.value); !good) return good.error();
  }
  return Add([&](const std::vector<Release>& history) {
    Result<Release> next = PlanConfig(history, environment, set, unset);
    if (next && !because.empty()) next->reason = because;
    return next;
  });
}

Result<std::set<std::string>> ReleaseStore::SlugsToKeep(const std::vector<BuildRecord>& builds,
                                                        int keep) const {
  const Result<std::vector<Release>> all = All();
  if (!all) return all.error();
  std::set<std::string> kept;
  std::map<std::string, int> seen;  // of each stage
  for (auto release = all->rbegin(); release != all->rend(); ++release) {
    if (seen[release->environment]++ < keep) kept.insert(release->slug);
  }
  int left = keep;
  for (auto build = builds.rbegin(); build != builds.rend() && left > 0; ++build) {
    if (build->slug.empty()) continue;
    kept.insert(build->slug);
    --left;
  }
  return kept;
}

void ReleaseStore::CollectCaches(const std::vector<BuildRecord>& builds, int keep,
                                 Collected& collected) const {
  std::set<std::string> kept;
  const std::size_t from = builds.size() - std::min(builds.size(), static_cast<std::size_t>(keep));
  for (std::size_t i = from; i < builds.size(); ++i) kept.insert(builds[i].cache_key);
  std::error_code failed;
  std::vector<fs::path> gone;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_.Path("cache"), failed)) {
    if (kept.count(entry.path().stem()) == 0) gone.push_back(entry.path());
  }
  for (const fs::path& path : gone) {
    if (path.extension() == ".json") ++collected.caches;
    static_cast<void>(RemoveTree(path));
  }
}

Result<Collected> ReleaseStore::Collect(int keep) const {
  if (keep < 1) return InvalidError("--keep must be at least 1: what runs now is kept");
  const Result<StoreLock> build_lock = store_.TryLock("build.lock");
  if (!build_lock) {
    return Error{
        ErrorCode::kBusy, "a build is running in this store; collect when it is done", {}, 0};
  }
  const Result<StoreLock> lock = store_.Lock();
  if (!lock) return lock.error();
  const Result<std::vector<BuildRecord>> builds = BuildHistory(store_).All();
  if (!builds) return builds.error();
  Result<std::set<std::string>> kept = SlugsToKeep(*builds, keep);
  if (!kept) return kept.error();
  for (const RunningEntry& entry : RunningList(store_).Now()) kept->insert(entry.slug);
  Collected collected;
  for (const std::string& slug : slugs_.All()) {
    if (kept->count(slug) != 0) continue;
    const Result<std::uint64_t> bytes = slugs_.Remove(slug);
    if (!bytes) return bytes.error();
    collected.slugs.push_back(slug);
    collected.bytes += *bytes;
  }
  CollectCaches(*builds, keep, collected);
  // A build that was killed leaves its directory; nobody builds now.
  if (const Status gone = RemoveTree(store_.Path("build")); !gone) return gone.error();
  return collected;
}

Result<StoreFindings> ReleaseStore::Verify() const {
  StoreFindings findings;
  const auto note = [&](const Error& error) { findings.problems.push_back(error.message); };
  if (const Result<std::vector<Release>> all = All()) {
    findings.releases = static_cast<int>(all->size());
    std::set<std::string> stages;
    for (auto release = all->rbegin(); release != all->rend(); ++release) {
      const bool runs = stages.insert(release->environment).second;
      if (!runs || release->slug.empty() || slugs_.Has(release->slug)) continue;
      findings.problems.push_back(fmt::format("{} runs {}, whose slug {} is not there",
                                              release->environment, release->id(),
                                              ShortSlug(release->slug)));
    }
  } else {
    note(all.error());
  }
  for (const std::string& slug : slugs_.All()) {
    ++findings.slugs;
    if (const Status whole = slugs_.Check(slug); !whole) note(whole.error());
  }
  std::error_code failed;
  for (const fs::directory_entry& entry : fs::directory_iterator(store_.Path("trees"), failed)) {
    const std::string slug = entry.path().filename();
    const Result<PackedTree> packed = PackTree(entry.path(), "");
    if (!packed) {
      note(packed.error());
    } else if (packed->id != slug) {
      findings.problems.push_back(entry.path().string() + " is no longer what its slug holds");
    }
  }
  if (const auto builds = BuildHistory(store_).All()) {
    findings.builds = static_cast<int>(builds->size());
  } else {
    note(builds.error());
  }
  return findings;
}

}  // namespace twelve
