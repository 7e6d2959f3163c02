#include "factors/03_config/probe.h"

#include <fmt/format.h>

#include <chrono>
#include <fstream>

#include <nlohmann/json.hpp>

#include "factors/03_config/exposure.h"

namespace twelve::config {
namespace {

using std::chrono::seconds;

constexpr Duration kReadyWithin = seconds(30);
constexpr Duration kAnswersWithin = seconds(10);

}  // namespace

std::vector<std::string> WebCommand(const Lab& lab) {
  std::vector<std::string> command = lab.ServiceCommand("web");
  command.insert(command.end(), {"--require", "API_KEY"});
  return command;
}

Result<Probe> LaunchProbe(Lab& lab, const std::string& name, Environment environment,
                          const std::vector<std::pair<std::string, std::string>>& files) {
  Probe probe;
  Result<std::uint16_t> port = lab.rig.LeasePort();
  if (!port) return port.error();
  probe.port = *port;
  Result<std::string> directory = lab.rig.MakeDirectory(name);
  if (!directory) return directory.error();
  probe.directory = *directory;
  for (const auto& [file, text] : files) std::ofstream(probe.directory + "/" + file) << text;
  environment.emplace("HOST", "127.0.0.1");
  environment.emplace("PORT", std::to_string(probe.port));
  environment.emplace("TMPDIR", probe.directory);
  environment.emplace("DATABASE_URL", "sqlite://" + probe.directory + "/app.db");
  probe.environment = std::move(environment);
  ProcessSpec process;
  process.name = name;
  process.type = name.substr(0, name.find('.'));
  process.command.argv = WebCommand(lab);
  process.command.line = ShellQuote(process.command.argv);
  process.environment = probe.environment;
  process.directory = probe.directory;
  process.port = probe.port;
  process.readiness = ReadyOnHttp{probe.port, "/health"};
  process.ready_timeout = kReadyWithin;
  process.grace = lab.grace;
  probe.launched = lab.Now();
  Result<std::unique_ptr<Instance>> launched = lab.rig.Launch(std::move(process));
  if (!launched) return launched.error();
  probe.instance = std::move(launched).value();
  lab.Note("", name, name + " launched");
  return probe;
}

bool AwaitReady(Lab& lab, const Probe& probe) {
  (void)lab.Wait(
      [&] {
        const ProcessStatus now = probe.instance->Snapshot();
        return now.ready.has_value() || now.over();
      },
      kReadyWithin, "waiting until it answers, or ends");
  const ProcessStatus now = probe.instance->Snapshot();
  return now.ready.has_value() && !now.over();
}

std::string WhyNotReady(const std::string& name, const ProcessStatus& status) {
  return fmt::format("{} did not start: {}.", name,
                     status.reason.empty() ? "no answer in time" : status.reason);
}

std::string BodyOf(Lab& lab, std::uint16_t port, const std::string& path) {
  const HttpAnswer answer =
      Get(lab.rig, port, path, Deadline::After(lab.rig.clock(), kAnswersWithin));
  return answer.complete ? answer.body : std::string();
}

DeployFacts Measure(Lab& lab, const Instance& instance, const Environment& given) {
  const ProcessStatus status = instance.Snapshot();
  DeployFacts facts;
  facts.name = status.name;
  facts.fingerprint = Fingerprint(fmt::format("/proc/{}/exe", status.pid));
  const std::string config = BodyOf(lab, status.port, "/config");
  if (config.empty()) {
    facts.trouble = fmt::format("{} does not answer GET /config.", status.name);
    return facts;
  }
  facts.wrong = FindDisagreements(given, config, facts.variables);
  const auto version = nlohmann::json::parse(BodyOf(lab, status.port, "/version"), nullptr, false);
  if (version.is_object()) facts.release = version.value("release", "");
  return facts;
}

}  // namespace twelve::config
