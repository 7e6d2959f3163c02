#include "tests/backing/client_program.h"

#include <cstdio>

#include "harness/process/command.h"

namespace twelve {
namespace {

std::string Output(const std::string& line) {
  std::string text;
  FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    text.append(buffer, got);
  }
  ::pclose(pipe);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::string Psql(const std::string& url, const std::string& sql) {
  return Output("PGCONNECT_TIMEOUT=20 " +
                ShellQuote({"psql", url, "-X", "-q", "-A", "-t", "-c", sql}));
}

std::string RedisCli(const std::string& url, const std::string& command) {
  return Output(ShellQuote({"redis-cli", "--no-auth-warning", "-u", url}) + " " + command);
}

}  // namespace twelve
