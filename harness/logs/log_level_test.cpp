#include "harness/logs/log_level.h"

#include <gtest/gtest.h>

namespace twelve {
namespace {

TEST(LogLevel, IsFoundWhereLoggersPutIt) {
  const std::pair<const char*, LogLevel> lines[] = {
      {"ERROR: disk full", LogLevel::kError},
      {"error: no such file", LogLevel::kError},
      {"Warning: deprecated", LogLevel::kWarn},
      {"INFO:     Uvicorn running on http://127.0.0.1:8000", LogLevel::kInfo},
      {"WARNING:root:careful", LogLevel::kWarn},
      {"2026-11-23 03:00:00,123 ERROR [main] c.f.Bar - boom", LogLevel::kError},
      {"2026-11-23T03:00:00.123Z DEBUG starting", LogLevel::kDebug},
      {"[2026-11-23 03:00:00 +0000] [123] [INFO] Starting gunicorn", LogLevel::kInfo},
      {"2026/11/23 03:00:00 [error] 123#0: *1 open() failed", LogLevel::kError},
      {"[Mon Nov 23 03:00:00.1 2026] [core:warn] [pid 1] AH00111", LogLevel::kWarn},
      {"E, [2026-11-23T03:00:00.1 #12] ERROR -- : boom", LogLevel::kError},
      {"Nov 23 03:00:00 FATAL gone", LogLevel::kError},
      {"time=2026-11-23T03:00:00Z level=warn msg=\"slow\"", LogLevel::kWarn},
      {"ts=1 msg=\"two words\" lvl=error", LogLevel::kError},
      {"PHP Warning:  foo in /x.php", LogLevel::kWarn},
      {"TypeError: x is not a function", LogLevel::kError},
      {"Traceback (most recent call last):", LogLevel::kError},
      {"panic: runtime error", LogLevel::kError},
      {R"({"level":"error","msg":"x"})", LogLevel::kError},
      {R"({"time":1,"severity": "WARNING"})", LogLevel::kWarn},
      {R"({"level":30,"time":1,"msg":"x"})", LogLevel::kInfo},
      {R"({"level": 50})", LogLevel::kError},
  };
  for (const auto& [text, level] : lines) EXPECT_EQ(DetectLevel(text), level) << text;
}

TEST(LogLevel, IsNotGuessedFromProse) {
  for (const char* text :
       {"", "Listening on port 8000", "no error found", "GET /error 200", "errors: 0",
        "Error handling is on", "an ERROR far into a sentence", "\"GET /warn HTTP/1.1\" 200",
        "found [error] in prose", "info about errors", "{\"msg\":\"error\"}", "{\"level\":{}}",
        "{\"level\"", "[pid 1] [worker] ready", "level=", "12345", "====", "level=loud"}) {
    EXPECT_EQ(DetectLevel(text), LogLevel::kUnknown) << text;
  }
}

TEST(LogLevel, NamesAndParsesBack) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError}) {
    EXPECT_EQ(ParseLevel(LevelName(level)), level);
  }
  EXPECT_EQ(ParseLevel("Critical"), LogLevel::kError);
  EXPECT_EQ(ParseLevel("loud"), std::nullopt);
  EXPECT_EQ(ParseLevel(""), std::nullopt);
}

}  // namespace
}  // namespace twelve
