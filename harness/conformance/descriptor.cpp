#include "harness/conformance/descriptor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>

#include "harness/conformance/json_positions.h"
#include "harness/os/process_host.h"
#include "harness/process/procfile.h"

namespace twelve {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

bool IsVariableName(std::string_view name) {
  const auto good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), good);
}

/// Each returns what is wrong with the value, or "" after it was stored.
using SetField = std::string (*)(const json& value, Target& target);

std::string SetText(const json& value, std::string& out) {
  if (!value.is_string()) return "must be a text in quotes";
  out = value.get<std::string>();
  if (out.find('\0') != std::string::npos) return "must not contain a NUL character";
  return out.empty() ? "must not be empty" : "";
}

std::string SetPath(const json& value, std::string& out) {
  if (std::string problem = SetText(value, out); !problem.empty()) return problem;
  const bool clean = std::none_of(out.begin(), out.end(), [](char c) {
    return c == ' ' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  return out[0] == '/' && clean ? "" : "must be a path that begins with \"/\", without blanks";
}

std::string SetInteger(const json& value, std::int64_t low, std::int64_t high, std::int64_t& out) {
  std::string range = fmt::format("must be a whole number from {} to {}", low, high);
  if (!value.is_number_integer()) return range;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(high)) {
    return range;
  }
  out = value.get<std::int64_t>();
  return out < low || out > high ? range : "";
}

std::string SetStopSignal(const json& value, Target& target) {
  const char* const problem = "must be a signal such as \"SIGTERM\" or \"SIGQUIT\"";
  if (!value.is_string()) return problem;
  const Result<int> signal = ParseSignal(value.get<std::string>());
  if (!signal) return problem;
  target.stop_signal = *signal;
  return "";
}

std::string SetRequire(const json& value, Target& target) {
  if (!value.is_array()) return "must be a list of check ids, such as [\"IX-term-drain\"]";
  for (const json& id : value) {
    if (!id.is_string()) return "must be a list of check ids, such as [\"IX-term-drain\"]";
    target.require.push_back(id.get<std::string>());
  }
  return "";
}

struct Field {
  std::string_view name;
  SetField set;
};

// In the order of docs/twelve.schema.json. "env" has several places for mistakes: see ReadEnv.
constexpr Field kFields[] = {
    {"name", [](const json& v, Target& t) { return SetText(v, t.name); }},
    {"command", [](const json& v, Target& t) { return SetText(v, t.command); }},
    {"directory", [](const json& v, Target& t) { return SetText(v, t.directory); }},
    {"env",
     [](const json& v, Target&) -> std::string {
       return v.is_object() ? "" : "must be an object such as {\"NAME\": \"value\"}";
     }},
    {"port_variable",
     [](const json& v, Target& t) -> std::string {
       if (std::string problem = SetText(v, t.port_variable); !problem.empty()) return problem;
       return IsVariableName(t.port_variable) ? "" : "must be the name of a variable, such as PORT";
     }},
    {"port",
     [](const json& v, Target& t) {
       std::int64_t port = 0;
       std::string problem = SetInteger(v, 1, 65535, port);
       if (problem.empty()) t.fixed_port = static_cast<std::uint16_t>(port);
       return problem;
     }},
    {"health", [](const json& v, Target& t) { return SetPath(v, t.health_path); }},
    {"slow", [](const json& v, Target& t) { return SetPath(v, t.slow_path); }},
    {"stop_signal", SetStopSignal},
    {"pre_stop_delay_ms",
     [](const json& v, Target& t) {
       std::int64_t ms = 0;
       std::string problem = SetInteger(v, 0, 600'000, ms);
       if (problem.empty()) t.pre_stop_delay = std::chrono::milliseconds(ms);
       return problem;
     }},
    {"ready_timeout_s",
     [](const json& v, Target& t) {
       std::int64_t seconds = 0;
       std::string problem = SetInteger(v, 1, 600, seconds);
       if (problem.empty()) t.ready_timeout = std::chrono::seconds(seconds);
       return problem;
     }},
    {"require", SetRequire},
    // Read by `twelve release build`; what is in it is its business.
    {"build",
     [](const json& v, Target&) -> std::string {
       return v.is_object() ? ""
                            : "must be an object such as {\"phases\": {\"build\": [\"make\"]}}";
     }},
};

const Field* FindField(std::string_view name) {
  for (const Field& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string UnknownField(std::string_view name) {
  std::string_view nearest;
  std::size_t best = 4;  // further away it is a guess, not a typing mistake
  for (const Field& field : kFields) {
    const std::size_t distance = EditDistance(name, field.name);
    if (distance < best) {
      best = distance;
      nearest = field.name;
    }
  }
  if (!nearest.empty()) return fmt::format("is not a field; did you mean \"{}\"?", nearest);
  return fmt::format("is not a field; there are {}", fmt::join(DescriptorFields(), ", "));
}

/// Collects every mistake, so that a user mends the file once.
class DescriptorReader {
 public:
  DescriptorReader(const PositionedJson& positioned, const std::string& file)
      : positioned_(positioned), file_(file) {}

  Result<Target> Read() {
    if (!positioned_.problem.empty()) {
      Say(positioned_.problem_at, "this is not JSON: " + positioned_.problem);
    } else if (!positioned_.document.is_object()) {
      Say({}, "the text must be one JSON object, such as {\"command\": \"./server\"}");
    } else {
      ReadFields();
    }
    if (mistakes_.empty()) return std::move(target_);
    std::sort(mistakes_.begin(), mistakes_.end(), [](const Mistake& a, const Mistake& b) {
      return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
    });
    std::string message;
    for (const Mistake& mistake : mistakes_) {
      message += fmt::format("{}{}:{}:{}: {}", message.empty() ? "" : "\n", file_, mistake.at.line,
                             mistake.at.column, mistake.text);
    }
    return InvalidError(message);
  }

 private:
  struct Mistake {
    TextPosition at;
    std::string text;
  };

  void Say(TextPosition at, std::string text) { mistakes_.push_back({at, std::move(text)}); }

  void ReadFields() {
    for (const auto& [pointer, at] : positioned_.repeated) {
      Say(at, fmt::format("\"{}\" is there twice; keep one", pointer.substr(1)));
    }
    for (const auto& [name, value] : positioned_.document.items()) {
      if (name == "$schema") continue;
      const Field* const field = FindField(name);
      const std::string problem =
          field == nullptr ? UnknownField(name) : field->set(value, target_);
      if (!problem.empty())
        Say(positioned_.At("/" + name), fmt::format("\"{}\" {}", name, problem));
    }
    if (!positioned_.document.contains("command")) {
      Say({}, "\"command\" is missing: the line that starts the service");
    }
    ReadEnv();
  }

  void ReadEnv() {
    const auto env = positioned_.document.find("env");
    if (env == positioned_.document.end() || !env->is_object()) return;
    for (const auto& [name, value] : env->items()) {
      const TextPosition at = positioned_.At("/env/" + name);
      if (!IsVariableName(name)) {
        Say(at, "\"" + name + "\" cannot be the name of a variable: use letters, digits and _");
      } else if (!value.is_string() || value.get<std::string>().find('\0') != std::string::npos) {
        Say(at, "\"env." + name + "\" must be a text in quotes, without NUL characters");
      } else {
        target_.environment[name] = value.get<std::string>();
      }
    }
  }

  const PositionedJson& positioned_;
  const std::string& file_;
  Target target_;
  std::vector<Mistake> mistakes_;
};

/// "python3" for "/usr/bin/python3 -m http.server".
std::string ProgramName(const std::string& line) {
  const Result<Command> command = ParseCommand(line, {});
  if (!command || command->argv.empty()) return "service";
  const std::string word =
      command->shell ? line.substr(0, line.find_first_of(" \t")) : command->argv[0];
  return std::filesystem::path(word).filename().string();
}

std::string DirectoryName(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::path full = std::filesystem::absolute(directory, ignored).lexically_normal();
  if (full.filename().empty()) full = full.parent_path();
  return full.filename().empty() ? "service" : full.filename().string();
}

std::string Absolute(const std::filesystem::path& directory) {
  std::error_code failed;
  const std::filesystem::path full = std::filesystem::absolute(directory, failed);
  return failed ? directory.string() : full.lexically_normal().string();
}

Result<Target> FromDescriptorFile(const std::filesystem::path& path, const FileReader& files) {
  const Result<std::string> text = files.Read(path.string(), kMaxFileBytes);
  if (!text) return text.error();
  Result<Target> target = ParseDescriptor(*text, path.string());
  if (!target) return target;
  const std::filesystem::path folder = path.parent_path().empty() ? "." : path.parent_path();
  if (target->name.empty()) target->name = DirectoryName(folder);
  target->directory = Absolute(folder / target->directory);
  target->source = path.string();
  return target;
}

Result<Target> FromProcfile(const std::filesystem::path& path, const FileReader& files) {
  const Result<std::string> text = files.Read(path.string(), kMaxFileBytes);
  if (!text) return text.error();
  const Procfile procfile = ParseProcfile(*text);
  const ProcfileEntry* web = procfile.Find("web");
  if (web == nullptr) {
    return InvalidError(path.string() +
                        ": there is no process type \"web\"; add a line such as \"web: ./server\"");
  }
  const std::filesystem::path folder = path.parent_path().empty() ? "." : path.parent_path();
  Target target;
  target.name = DirectoryName(folder);
  target.directory = Absolute(folder);
  target.command = web->command;
  target.source = fmt::format("{}:{}", path.string(), web->line);
  return target;
}

}  // namespace

Result<Target> ParseDescriptor(std::string_view text, const std::string& file_name) {
  const PositionedJson positioned = ParsePositionedJson(text);
  Result<Target> target = DescriptorReader(positioned, file_name).Read();
  if (target) target->source = file_name;
  return target;
}

Result<Target> TargetFromCommand(const std::string& line, const std::string& directory) {
  const Result<Command> command = ParseCommand(line, {});
  if (!command) return command.error();
  Target target;
  target.name = ProgramName(line);
  target.directory = Absolute(directory.empty() ? "." : directory);
  target.command = line;
  target.source = "--cmd";
  return target;
}

Result<Target> TargetFromPath(const std::string& path, const FileReader& files) {
  const std::filesystem::path given(path);
  if (!files.Exists(path)) {
    return Error{ErrorCode::kNotFound,
                 path + " is not there; name a directory, a Procfile or a twelve.json", "", 0};
  }
  if (given.extension() == ".json") return FromDescriptorFile(given, files);
  if (given.filename().string().rfind("Procfile", 0) == 0) return FromProcfile(given, files);
  if (files.Exists((given / "twelve.json").string())) {
    return FromDescriptorFile(given / "twelve.json", files);
  }
  if (files.Exists((given / "Procfile").string())) return FromProcfile(given / "Procfile", files);
  return Error{ErrorCode::kNotFound,
               path + " has neither a twelve.json nor a Procfile; write one, or say --cmd LINE", "",
               0};
}

bool Declares(const Target& target, std::string_view field) {
  if (field == "env") return !target.environment.empty();
  if (field == "port") return target.fixed_port.has_value();
  if (field == "slow") return !target.slow_path.empty();
  if (field == "pre_stop_delay_ms") return target.pre_stop_delay > Duration::zero();
  if (field == "require") return !target.require.empty();
  return true;  // the others have a value from the start
}

std::vector<std::string_view> DescriptorFields() {
  std::vector<std::string_view> names;
  for (const Field& field : kFields) names.push_back(field.name);
  return names;
}

}  // namespace twelve
