#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/os/file_reader.h"
#include "harness/process/command.h"

namespace twelve {

/// The service under test, as `twelve check` was told or found out.
struct Target {
  std::string name;         // for the report: the directory's or the program's name
  std::string directory;    // where it runs
  std::string command;      // the line as written
  Environment environment;  // declared; PATH and PORT are added for each launch
  std::string port_variable = "PORT";
  std::optional<std::uint16_t> fixed_port;  // declared: it cannot be told a port
  std::string health_path = "/";
  std::string slow_path;  // T1: an answer that takes 2 to 4 s; empty: not declared
  int stop_signal = 15;
  Duration pre_stop_delay{};  // declared wait before it begins to drain
  Duration ready_timeout = std::chrono::seconds(60);
  std::vector<std::string> require;  // check ids whose absence is not accepted
  std::string source;                // where this came from: "--cmd", "Procfile:3", "twelve.json"
};

/// A field of the descriptor, or an ability of the machine, that a check cannot do without.
struct Need {
  enum class Kind { kField, kCapability } kind = Kind::kField;
  std::string_view name;  // field, as twelve.json spells it: "slow"; capability: "pid_namespace"
};

/// Reads a `twelve.json` text. JSON with comments. Every mistake is reported, one line each with
/// line and column, in the error's message.
Result<Target> ParseDescriptor(std::string_view text, const std::string& file_name);

/// From `--cmd LINE`, or from a directory: twelve.json, else the web entry of its Procfile.
Result<Target> TargetFromCommand(const std::string& line, const std::string& directory);
Result<Target> TargetFromPath(const std::string& path, const FileReader& files);

/// Whether `field` of twelve.json has a value that a check can use. REQUIRES: the field exists.
bool Declares(const Target& target, std::string_view field);

/// The fields that twelve.json may have, in the order of docs/twelve.schema.json.
std::vector<std::string_view> DescriptorFields();

}  // namespace twelve
