#include "harness/release/build_record.h"

#include <algorithm>

namespace twelve {
namespace {

using nlohmann::json;

constexpr BuildState kStates[] = {BuildState::kRunning, BuildState::kSucceeded, BuildState::kFailed,
                                  BuildState::kInterrupted};
constexpr std::size_t kShortestName = 4;  // of a commit or a slug; shorter ones are numbers

std::optional<BuildState> StateFrom(const std::string& word) {
  for (const BuildState state : kStates) {
    if (ToString(state) == word) return state;
  }
  return std::nullopt;
}

json ToJson(const BuildStep& step) {
  return {
      {"name", step.name}, {"state", step.state}, {"seconds", step.seconds}, {"ended", step.ended}};
}

void Read(const json& body, BuildRecord& record) {
  body.at("build").get_to(record.number);
  body.at("name").get_to(record.name);
  body.at("repository").get_to(record.repository);
  body.at("revision").get_to(record.revision);
  body.at("commit").get_to(record.commit);
  body.at("tag").get_to(record.tag);
  body.at("subject").get_to(record.subject);
  body.at("started").get_to(record.started);
  body.at("seconds").get_to(record.seconds);
  body.at("lock_files").get_to(record.lock_files);
  body.at("lock_hash").get_to(record.lock_hash);
  body.at("cache").get_to(record.cache);
  body.at("cache_key").get_to(record.cache_key);
  body.at("slug").get_to(record.slug);
  body.at("slug_bytes").get_to(record.slug_bytes);
  body.at("slug_files").get_to(record.slug_files);
  body.at("process_types").get_to(record.process_types);
  body.at("release").get_to(record.release);
  body.at("problem").get_to(record.problem);
  for (const json& step : body.at("steps")) {
    record.steps.push_back({step.at("name").get<std::string>(), step.at("state").get<std::string>(),
                            step.at("seconds").get<double>(), step.at("ended").get<std::string>()});
  }
}

}  // namespace

std::string_view ToString(BuildState state) {
  switch (state) {
    case BuildState::kRunning:
      return "running";
    case BuildState::kSucceeded:
      return "succeeded";
    case BuildState::kFailed:
      return "failed";
    case BuildState::kInterrupted:
      return "interrupted";
  }
  return "";
}

json ToJson(const BuildRecord& record) {
  json steps = json::array();
  for (const BuildStep& step : record.steps) steps.push_back(ToJson(step));
  return {{"build", record.number},
          {"state", std::string(ToString(record.state))},
          {"name", record.name},
          {"repository", record.repository},
          {"revision", record.revision},
          {"commit", record.commit},
          {"tag", record.tag},
          {"subject", record.subject},
          {"started", record.started},
          {"seconds", record.seconds},
          {"steps", steps},
          {"lock_files", record.lock_files},
          {"lock_hash", record.lock_hash},
          {"cache", record.cache},
          {"cache_key", record.cache_key},
          {"slug", record.slug},
          {"slug_bytes", record.slug_bytes},
          {"slug_files", record.slug_files},
          {"process_types", record.process_types},
          {"release", record.release},
          {"problem", record.problem}};
}

Result<BuildRecord> BuildRecordFrom(const json& body) {
  BuildRecord record;
  // The library tells a wrong kind by an exception; it goes no further.
  try {
    Read(body, record);
    const std::optional<BuildState> state = StateFrom(body.at("state").get<std::string>());
    if (!state) return InvalidError("the record of a build has an unknown state");
    record.state = *state;
  } catch (const json::exception&) {
    return InvalidError("the record of a build is not one that this Twelve can read");
  }
  return record;
}

json ManifestOf(const BuildRecord& record) {
  json artefacts = json::array();
  for (const std::string& type : record.process_types) {
    artefacts.push_back({{"name", type},
                         {"slug", "sha256:" + record.slug},
                         {"tag", record.name + ":" + record.tag}});
  }
  json phases = json::array();
  for (const BuildStep& step : record.steps) phases.push_back(ToJson(step));
  const std::string lock = record.lock_hash.empty() ? "" : "sha256:" + record.lock_hash;
  return {{"manifest_version", 1},
          {"name", record.name},
          {"commit", record.commit},
          {"tag", record.tag},
          {"slug", "sha256:" + record.slug},
          {"slug_bytes", record.slug_bytes},
          {"lock_file", {{"files", record.lock_files}, {"hash", lock}}},
          {"phases", phases},
          {"artefacts", artefacts}};
}

const BuildRecord* FindBuild(const std::vector<BuildRecord>& builds, std::string_view name) {
  constexpr std::string_view kPrefix = "sha256:";
  const bool by_slug = name.starts_with(kPrefix);
  if (by_slug) name.remove_prefix(kPrefix.size());
  const BuildRecord* best = nullptr;
  for (const BuildRecord& build : builds) {
    if (build.slug.empty() || name.empty()) continue;
    const bool long_enough = name.size() >= kShortestName;
    const bool is_it = (!by_slug && std::to_string(build.number) == name) ||
                       (!by_slug && long_enough && build.commit.starts_with(name)) ||
                       (long_enough && build.slug.starts_with(name));
    if (is_it && (best == nullptr || build.number > best->number)) best = &build;
  }
  return best;
}

}  // namespace twelve
