#include "harness/release/build_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace twelve {
namespace {

using nlohmann::json;

/// Reads the fields of one build description and remembers the first mistake.
class PlanReader {
 public:
  explicit PlanReader(std::string file) : file_(std::move(file)) {
    for (std::string& name : BuildPhaseNames()) plan_.phases.push_back({std::move(name), {}});
  }

  Result<BuildPlan> Read(const json& build, const std::string& at) {
    if (!build.is_object()) return Wrong(at, "must be an object");
    plan_.source = file_;
    for (const auto& [name, value] : build.items()) {
      const std::string field = at.empty() ? name : at + "." + name;
      Status read;
      if (name == "environment") {
        read = Names(value, field);
      } else if (name == "phases") {
        read = Phases(value, field);
      } else if (name == "cache") {
        read = Cache(value, field);
      } else if (name != "version" && name != "$schema") {
        return Wrong(field, "is not a field; there are environment, phases, cache, version");
      }
      if (!read) return read.error();
    }
    return plan_;
  }

 private:
  Error Wrong(const std::string& field, const std::string& what) const {
    return InvalidError(fmt::format("{}: {} {}", file_, field.empty() ? "it" : field, what));
  }

  Status Names(const json& value, const std::string& field) {
    if (!value.is_object()) return Wrong(field, "must be an object of names and texts");
    for (const auto& [name, text] : value.items()) {
      if (!text.is_string()) return Wrong(field + "." + name, "must be a text");
      plan_.environment[name] = text.get<std::string>();
    }
    return {};
  }

  Status Phases(const json& value, const std::string& field) {
    if (!value.is_object()) return Wrong(field, "must be an object of phases");
    for (const auto& row : value.items()) {
      const std::string& name = row.key();
      const json& phase = row.value();
      const auto found = std::find_if(plan_.phases.begin(), plan_.phases.end(),
                                      [&](const BuildPhase& known) { return known.name == name; });
      if (found == plan_.phases.end()) {
        return Wrong(field + "." + name, fmt::format("is not a phase; there are {}",
                                                     fmt::join(BuildPhaseNames(), ", ")));
      }
      const bool is_list = phase.is_array();
      if (!is_list && (!phase.is_object() || phase.size() != 1 || !phase.contains("commands"))) {
        return Wrong(field + "." + name, "must be {\"commands\": [...]} or a list of commands");
      }
      const Status read =
          Texts(is_list ? phase : phase["commands"], field + "." + name, found->commands);
      if (!read) return read;
    }
    return {};
  }

  Status Cache(const json& value, const std::string& field) {
    if (!value.is_object()) return Wrong(field, "must be an object with key and paths");
    for (const auto& [name, list] : value.items()) {
      if (name != "key" && name != "paths") {
        return Wrong(field + "." + name, "is not a field; there are key and paths");
      }
      std::vector<std::string>& into = name == "key" ? plan_.cache_key : plan_.cache_paths;
      if (const Status read = Texts(list, field + "." + name, into); !read) return read;
      for (const std::string& path : into) {
        if (LeadsOut(path)) {
          return Wrong(field + "." + name,
                       fmt::format("has \"{}\"; name a path inside of the repository{}", path,
                                   name == "paths" ? ", or below ~/" : ""));
        }
      }
    }
    return {};
  }

  static bool LeadsOut(std::string_view path) {
    if (path.starts_with("~/")) path.remove_prefix(2);
    if (path.empty() || path.front() == '/') return true;
    while (!path.empty()) {
      const std::size_t slash = std::min(path.find('/'), path.size());
      const std::string_view part = path.substr(0, slash);
      if (part.empty() || part == "." || part == "..") return true;
      path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return false;
  }

  Status Texts(const json& value, const std::string& field, std::vector<std::string>& into) const {
    const bool texts =
        value.is_array() && std::all_of(value.begin(), value.end(), [](const json& t) {
          return t.is_string() && !t.get<std::string>().empty();
        });
    if (!texts) return Wrong(field, "must be a list of texts");
    into = value.get<std::vector<std::string>>();
    return {};
  }

  std::string file_;
  BuildPlan plan_;
};

}  // namespace

std::vector<std::string> BuildPhaseNames() {
  return {"pre_build", "build", "post_build"};
}

Result<BuildPlan> ParseBuildPlan(std::string_view text, const std::string& file) {
  const json document = json::parse(text, nullptr, false, true);
  if (document.is_discarded()) {
    return InvalidError(file + " is not JSON; look for a missing comma, quote or bracket");
  }
  if (file != "twelve.json") return PlanReader(file).Read(document, "");
  if (!document.is_object() || !document.contains("build")) {
    Result<BuildPlan> plan = PlanReader(file).Read(json::object(), "");
    if (plan) plan->source.clear();
    return plan;
  }
  return PlanReader(file).Read(document["build"], "build");
}

std::vector<std::string_view> KnownLockFiles() {
  return {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
          "poetry.lock",       "Pipfile.lock",        "uv.lock",   "requirements.txt",
          "Gemfile.lock",      "Cargo.lock",          "go.sum",    "composer.lock",
          "mix.lock"};
}

std::string ScriptOf(const BuildPhase& phase) {
  std::string script = "set -e\n";
  for (const std::string& command : phase.commands) {
    script += "printf '%s\\n' " + ShellQuote({"$ " + command}) + "\n" + command + "\n";
  }
  return script;
}

}  // namespace twelve
