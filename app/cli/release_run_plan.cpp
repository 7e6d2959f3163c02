#include "app/cli/release_run_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/process/formation.h"
#include "harness/process/procfile.h"

namespace twelve {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
constexpr const char* kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kWeb = "web";
constexpr const char* kAdmin = "admin";

Result<Procfile> ReadProcfile(const Release& release, const std::string& tree,
                              const FileReader& files) {
  const Result<std::string> text = files.Read(tree + "/Procfile", kLargestFile);
  if (!text) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("{} has no Procfile in its commit {}; add one that says what to run",
                             release.id(), release.tag),
                 {},
                 0};
  }
  Procfile procfile = ParseProcfile(*text);
  for (const ProcfileIssue& issue : procfile.issues) {
    if (issue.severity == TextIssue::Severity::kError) {
      return InvalidError(Describe(issue, "Procfile of " + release.id()));
    }
  }
  return procfile;
}

/// The path that a web process answers when it is ready.
std::string ReadyPath(const std::string& tree, const FileReader& files) {
  const Result<std::string> text = files.Read(tree + "/twelve.json", kLargestFile);
  if (!text) return "/";
  const nlohmann::json document = nlohmann::json::parse(*text, nullptr, false, true);
  if (!document.is_object() || !document.contains("health")) return "/";
  const nlohmann::json& health = document["health"];
  return health.is_string() && health.get<std::string>().starts_with('/')
             ? health.get<std::string>()
             : "/";
}

ProcessSpec SpecOf(const Release& release, const std::string& tree, bool read_only) {
  ProcessSpec spec;
  spec.directory = tree;
  spec.environment = EnvironmentOf(release);
  spec.environment.emplace("PATH", kPath);
  spec.environment.emplace("LANG", "C.UTF-8");
  spec.environment.emplace("HOST", "127.0.0.1");
  if (read_only) spec.isolation.read_only_paths = {tree};
  return spec;
}

std::string TypesOf(const Procfile& procfile) {
  std::vector<std::string> types;
  for (const ProcfileEntry& entry : procfile.entries) types.push_back(entry.type);
  return fmt::format("{}", fmt::join(types, ", "));
}

}  // namespace

Result<ReleaseRunPlan> PlanReleaseRun(const Release& release, const std::string& tree,
                                      const ReleaseRunOptions& options, const FileReader& files,
                                      const std::function<bool(std::uint16_t)>& is_free) {
  const Result<Procfile> procfile = ReadProcfile(release, tree, files);
  if (!procfile) return procfile.error();
  const Result<Formation> formation = ParseFormation(options.formation);
  if (!formation) return formation.error();
  const std::uint16_t first = options.port != 0 ? options.port : kFirstPort;
  const Result<std::vector<FormationRow>> rows =
      PlanFormation(*procfile, *formation, first, is_free);
  if (!rows) return rows.error();
  if (rows->empty()) return InvalidError("nothing is to be run: every process type is at 0");
  ReleaseRunPlan plan;
  const std::string ready_path =
      options.ready_path.empty() ? ReadyPath(tree, files) : options.ready_path;
  for (const FormationRow& row : *rows) {
    ProcessSpec spec = SpecOf(release, tree, options.read_only);
    spec.name = row.name;
    spec.type = row.type;
    spec.port = row.port;
    spec.grace = options.grace;
    spec.ready_timeout = options.ready_timeout;
    spec.environment["PORT"] = std::to_string(row.port);
    spec.environment["PS"] = row.name;
    if (row.type == kWeb) spec.readiness = ReadyOnHttp{row.port, ready_path};
    Result<Command> command = ParseCommand(row.command, spec.environment);
    if (!command) {
      return InvalidError(
          fmt::format("in the command of {}: {}", row.type, command.error().message));
    }
    spec.command = std::move(command).value();
    const bool same_type = !plan.groups.empty() && plan.groups.back().front().type == row.type;
    if (!same_type) {
      plan.groups.emplace_back();
      if (spec.command.shell) {
        plan.notes.push_back(
            fmt::format("{} runs under sh -c because of \"{}\"", row.type, spec.command.why_shell));
      }
    }
    plan.groups.back().push_back(std::move(spec));
  }
  return plan;
}

Result<ProcessSpec> PlanAdminTask(const Release& release, const std::string& tree,
                                  const std::string& task,
                                  const std::vector<std::string>& arguments, bool read_only,
                                  const FileReader& files) {
  const Result<Procfile> procfile = ReadProcfile(release, tree, files);
  if (!procfile) return procfile.error();
  std::vector<std::string> extra;
  const ProcfileEntry* entry = procfile->Find(task);
  if (entry == nullptr) {
    entry = procfile->Find(kAdmin);
    extra.push_back(task);
  }
  if (entry == nullptr) {
    return Error{ErrorCode::kNotFound,
                 fmt::format("the Procfile of {} has no \"{}\" and no \"admin\"; it has {}",
                             release.id(), task, TypesOf(*procfile)),
                 {},
                 0};
  }
  extra.insert(extra.end(), arguments.begin(), arguments.end());
  ProcessSpec spec = SpecOf(release, tree, read_only);
  spec.name = kAdmin;
  spec.type = kAdmin;
  Result<Command> command = ParseCommand(entry->command, spec.environment);
  if (!command) {
    return InvalidError(
        fmt::format("in the command of {}: {}", entry->type, command.error().message));
  }
  spec.command = std::move(command).value();
  if (spec.command.shell) {
    spec.command.argv = {"/bin/sh", "-c", entry->command + " \"$@\"", entry->type};
  }
  spec.command.argv.insert(spec.command.argv.end(), extra.begin(), extra.end());
  return spec;
}

Status GivePrivateDirectory(RigDirectories& directories, ProcessSpec& spec) {
  const Result<std::string> made = directories.Make(spec.name);
  if (!made) return made.error();
  spec.environment.emplace("HOME", *made);
  spec.environment.emplace("TMPDIR", *made);
  return {};
}

}  // namespace twelve
