#pragma once

#include <optional>
#include <string_view>

#include "harness/logs/log_line.h"

namespace twelve {

/// The level that a cleaned line claims for itself; kUnknown unless it is plain to see: a JSON
/// "level" or "severity", level=…, or a level's name before the message.
LogLevel DetectLevel(std::string_view text);

/// "warn", "WARNING", "notice", "fatal" and what else loggers call them.
std::optional<LogLevel> ParseLevel(std::string_view word);

/// "debug", "info", "warn", "error", or "" for kUnknown.
std::string_view LevelName(LogLevel level);

}  // namespace twelve
