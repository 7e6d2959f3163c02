#include "app/cli/run_plan.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "harness/process/env_file.h"
#include "harness/process/formation.h"
#include "harness/process/procfile.h"

namespace twelve {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
constexpr std::size_t kMostNotes = 20;  // of one file: a file of another kind gives one per line

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return "";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string Beside(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

class Planner {
 public:
  Planner(const RunOptions& options, const Environment& shell, const FileReader& files,
          const std::function<bool(std::uint16_t)>& is_free)
      : options_(options), environment_(shell), files_(files), is_free_(is_free) {}

  std::variant<RunPlan, RunRefusal> Run() {
    if (std::optional<RunRefusal> refusal = Plan()) return *std::move(refusal);
    return std::move(plan_);
  }

 private:
  using Refused = std::optional<RunRefusal>;

  Refused Plan() {
    const Result<Formation> formation = ParseFormation(options_.formation);
    if (!formation) return RunRefusal{kRunUsage, formation.error().message};
    if (Refused refused = ReadProcfile()) return refused;
    if (Refused refused = ReadEnvironment()) return refused;
    if (Refused refused = ChoosePort()) return refused;
    const Result<std::vector<FormationRow>> rows =
        PlanFormation(procfile_, *formation, port_, is_free_);
    if (!rows) return RunRefusal{kRunUsage, rows.error().message};
    if (rows->empty()) {
      return RunRefusal{kRunUsage, "nothing is to be run: every process type is at 0"};
    }
    NoteWhoIsLeftOut(*formation);
    for (const FormationRow& row : *rows) {
      if (Refused refused = AddProcess(row)) return refused;
    }
    return std::nullopt;
  }

  Refused ReadProcfile() {
    const Result<std::string> text = files_.Read(options_.procfile, kLargestFile);
    if (!text) {
      return RunRefusal{kRunNoInput,
                        fmt::format("{}; name a Procfile: twelve run PATH", text.error().message)};
    }
    procfile_ = ParseProcfile(*text);
    return TakeIssues(procfile_.issues, options_.procfile);
  }

  Refused ReadEnvironment() {
    std::vector<std::string> paths = options_.env_files;
    const std::string beside = Beside(DirectoryOf(options_.procfile), ".env");
    if (paths.empty() && files_.Exists(beside)) paths.push_back(beside);
    Environment from_files;
    for (const std::string& path : paths) {
      const Result<std::string> text = files_.Read(path, kLargestFile);
      if (!text) return RunRefusal{kRunNoInput, text.error().message};
      const EnvFile file = ParseEnvFile(*text);
      if (Refused refused = TakeIssues(file.issues, path)) return refused;
      for (const EnvEntry& entry : file.entries) {
        const auto in_shell = environment_.find(entry.name);
        if (in_shell != environment_.end() && in_shell->second != entry.value) {
          plan_.notes.push_back(
              fmt::format("{}:{}: {} is set in your shell already, and that counts", path,
                          entry.line, entry.name));
        }
        from_files[entry.name] = entry.value;
      }
    }
    environment_.merge(from_files);  // keeps what is there
    return std::nullopt;
  }

  Refused TakeIssues(const std::vector<TextIssue>& issues, const std::string& path) {
    for (const TextIssue& issue : issues) {
      if (issue.severity == TextIssue::Severity::kError) {
        return RunRefusal{kRunNoInput, Describe(issue, path)};
      }
    }
    for (std::size_t i = 0; i < issues.size() && i < kMostNotes; ++i) {
      plan_.notes.push_back(Describe(issues[i], path));
    }
    if (issues.size() > kMostNotes) {
      plan_.notes.push_back(fmt::format("{}: {} more warnings", path, issues.size() - kMostNotes));
    }
    return std::nullopt;
  }

  Refused ChoosePort() {
    port_ = options_.port;
    const auto found = environment_.find("PORT");
    if (port_ != 0 || found == environment_.end() || found->second.empty()) {
      if (port_ == 0) port_ = kFirstPort;
      return std::nullopt;
    }
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port_);
    if (error != std::errc() || end != text.data() + text.size() || port_ == 0) {
      return RunRefusal{kRunUsage,
                        fmt::format("PORT is \"{}\"; it must be a number from 1 to 65535", text)};
    }
    return std::nullopt;
  }

  void NoteWhoIsLeftOut(const Formation& formation) {
    for (const ProcfileEntry& entry : procfile_.entries) {
      if (formation.CountOf(entry.type) > 0) continue;
      plan_.notes.push_back(
          options_.formation.empty()
              ? fmt::format("{} is not started: it is run once before a deploy; -c {}=1 runs it",
                            entry.type, entry.type)
              : fmt::format("{} is not started: -c asks for none", entry.type));
    }
  }

  Refused AddProcess(const FormationRow& row) {
    ProcessSpec spec;
    spec.name = row.name;
    spec.type = row.type;
    spec.port = row.port;
    spec.directory = DirectoryOf(options_.procfile);
    spec.grace = options_.grace;
    spec.environment = environment_;
    spec.environment["PORT"] = std::to_string(row.port);
    spec.environment["PS"] = row.name;
    Result<Command> command = ParseCommand(row.command, spec.environment);
    if (!command) {
      return RunRefusal{kRunNoInput, fmt::format("{}:{}: in the command of {}, {}",
                                                 options_.procfile, procfile_.Find(row.type)->line,
                                                 row.type, command.error().message)};
    }
    spec.command = std::move(command).value();
    if (spec.command.shell && noted_shells_.emplace(row.type, true).second) {
      plan_.notes.push_back(
          fmt::format("{} runs under sh -c because of \"{}\": its pid is that of "
                      "the shell",
                      row.type, spec.command.why_shell));
    }
    plan_.specs.push_back(std::move(spec));
    return std::nullopt;
  }

  const RunOptions& options_;
  Environment environment_;
  const FileReader& files_;
  const std::function<bool(std::uint16_t)>& is_free_;
  Procfile procfile_;
  std::uint16_t port_ = 0;
  std::map<std::string, bool> noted_shells_;
  RunPlan plan_;
};

}  // namespace

std::variant<RunPlan, RunRefusal> PlanRun(const RunOptions& options, const Environment& shell,
                                          const FileReader& files,
                                          const std::function<bool(std::uint16_t)>& is_free) {
  return Planner(options, shell, files, is_free).Run();
}

}  // namespace twelve
