#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/base/result.h"

namespace twelve {

enum class BuildState { kRunning, kSucceeded, kFailed, kInterrupted };
std::string_view ToString(BuildState state);

/// One step of a build and how it went: "source", a phase, or "slug".
struct BuildStep {
  std::string name;
  std::string state;  // "succeeded" "failed" "nothing to do" "not run"
  double seconds = 0;
  std::string ended;  // "exit 2" of a failed one
};

/// All that is kept of one build beside its logs. A plain value.
struct BuildRecord {
  int number = 0;
  BuildState state = BuildState::kRunning;
  std::string name;        // of the application: the repository's directory
  std::string repository;  // absolute
  std::string revision;    // as asked: "HEAD", a branch
  std::string commit;      // in full; empty until it is resolved
  std::string tag;         // its first 7 characters
  std::string subject;
  std::string started;  // "2024-05-01T12:00:07Z"
  double seconds = 0;
  std::vector<BuildStep> steps;
  std::vector<std::string> lock_files;
  std::string lock_hash;
  std::string cache;      // "restored" "filled" "off" "not declared", or why it was not used
  std::string cache_key;  // empty when there is none
  std::string slug;       // id; empty until there is one
  std::uint64_t slug_bytes = 0;
  std::uint64_t slug_files = 0;
  std::vector<std::string> process_types;  // of its Procfile
  int release = 0;                         // made from it by the pipeline; 0: none
  std::string problem;                     // one sentence when it failed
};

nlohmann::json ToJson(const BuildRecord& record);
/// kInvalid when a field is missing or of another kind.
Result<BuildRecord> BuildRecordFrom(const nlohmann::json& body);

/// What a build hands on: which slugs, from which commit, by which steps. For other tools to read.
nlohmann::json ManifestOf(const BuildRecord& record);

/// Of these builds, the newest that `name` means: a number, the begin of a commit (its tag is one),
/// or the begin of a slug's id with or without "sha256:". Null when none has a slug and that name.
const BuildRecord* FindBuild(const std::vector<BuildRecord>& builds, std::string_view name);

}  // namespace twelve
