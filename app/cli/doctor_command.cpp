#include "app/cli/doctor_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/session/machine_capabilities.h"
#include "harness/conformance/engine.h"
#include "harness/os/posix/posix_process_host.h"

namespace twelve {
namespace {

std::string AsText(const Capabilities& capabilities) {
  std::string text = "What this machine lets Twelve measure:\n";
  for (const Capability& capability : capabilities.all) {
    text += fmt::format("  {} {:<18} {}\n", capability.available ? "✓ yes" : "✗ no ",
                        capability.name, capability.detail);
    if (!capability.available) {
      text += fmt::format("      without it no {}\n", capability.enables);
      text += fmt::format("      remedy: {}\n", capability.remedy);
    }
  }
  return text;
}

std::string AsJson(const Capabilities& capabilities) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Capability& capability : capabilities.all) {
    list.push_back(nlohmann::ordered_json{{"name", std::string(capability.name)},
                                          {"available", capability.available},
                                          {"detail", capability.detail},
                                          {"remedy", capability.remedy},
                                          {"enables", std::string(capability.enables)}});
  }
  return nlohmann::ordered_json{{"schema_version", 1}, {"capabilities", list}}.dump(2) + "\n";
}

}  // namespace

void AddDoctorCommand(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("doctor", "Say what this machine can measure, and what would help");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON");
  command->footer("Example: twelve doctor");
  command->callback([&exit_code, json] {
    const Result<std::string> guard = FindGuard();
    if (!guard) {
      std::fprintf(stderr, "twelve: %s\n", guard.error().message.c_str());
      exit_code = kExitBroken;
      return;
    }
    PosixProcessHost host(*guard);
    const Capabilities capabilities = ProbeCapabilities(host);
    const std::string text = *json ? AsJson(capabilities) : AsText(capabilities);
    exit_code = std::fputs(text.c_str(), stdout) < 0 ? kExitBroken : 0;
  });
}

}  // namespace twelve
