#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/os/file_reader.h"
#include "harness/process/process_spec.h"
#include "harness/release/release.h"
#include "harness/rig/rig_directories.h"

namespace twelve {

struct ReleaseRunOptions {
  std::string formation;   // "web=2,worker=1"; empty: one of each
  std::uint16_t port = 0;  // the first PORT; 0: 5000
  Duration grace = std::chrono::seconds(10);
  Duration ready_timeout = std::chrono::seconds(60);
  std::string ready_path;  // that web answers when it is ready; empty: "health" of twelve.json
  bool read_only = true;   // mount the tree read-only, beside its missing write permission
};

/// Who starts in which order: a group for each process type, in the order of the Procfile.
struct ReleaseRunPlan {
  std::vector<std::vector<ProcessSpec>> groups;
  std::vector<std::string> notes;
};

/// What is to run of a release whose files are in `tree`. Starts nothing.
///
/// Each process gets the release's config, RELEASE_ID, GIT_SHA, PORT, PS, and unless the config
/// sets them a PATH, LANG and HOST=127.0.0.1. Nothing of this program's environment goes along.
/// Errors: kNotFound without a Procfile, kInvalid for a wrong formation or command.
Result<ReleaseRunPlan> PlanReleaseRun(const Release& release, const std::string& tree,
                                      const ReleaseRunOptions& options, const FileReader& files,
                                      const std::function<bool(std::uint16_t)>& is_free);

/// A one-off process of the same release and environment. `task` is a process type of the Procfile,
/// or a word that the type "admin" understands; `arguments` follow it.
/// Errors: kNotFound when the Procfile has neither; it says what there is.
Result<ProcessSpec> PlanAdminTask(const Release& release, const std::string& tree,
                                  const std::string& task,
                                  const std::vector<std::string>& arguments, bool read_only,
                                  const FileReader& files);

/// Gives the process a new private directory of `directories` as HOME and TMPDIR, where its config
/// sets neither.
Status GivePrivateDirectory(RigDirectories& directories, ProcessSpec& spec);

}  // namespace twelve
