#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/process/env_file.h"

namespace twelve {

/// Programs that read the same file by rules of their own.
enum class EnvDialect {
  kForeman,      // foreman 0.90
  kHerokuLocal,  // node-foreman 3.0, which heroku local carries
  kGodotenv,     // godotenv 1.5.1; docker compose reads by almost the same rules
  kDotenv,       // npm's dotenv 17
};
/// "foreman", "heroku local", "docker compose", "dotenv".
std::string_view ToString(EnvDialect dialect);

/// How one of them reads a file.
struct DialectReading {
  std::vector<EnvEntry> entries;    // columns are not set
  std::optional<int> refused_line;  // it refuses the file, because of this line
};
/// Reads nothing but `text`: no variable of this process, no command.
DialectReading ReadAs(EnvDialect dialect, std::string_view text);

/// A place that some of them read differently from what ParseEnvFile says.
struct EnvDifference {
  int line = 1;
  std::string name;  // empty when it is not about one variable of ours
  EnvDialect dialect = EnvDialect::kForeman;
  std::string theirs;  // "reads \"b c\"", "does not set it", "refuses the file", …
};
/// By line, then by dialect. Variables are compared by what the whole file leaves them as.
std::vector<EnvDifference> LintEnvFile(std::string_view text);

}  // namespace twelve
