#include "factors/service/violation_switches.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "factors/07_port_binding/parts/careless_port_binders.h"
#include "factors/07_port_binding/violations.h"
#include "factors/09_disposability/parts/careless_boot.h"
#include "factors/09_disposability/parts/careless_termination.h"
#include "factors/09_disposability/parts/shell_wrapped_launch.h"
#include "factors/09_disposability/violations.h"
#include "factors/11_logs/parts/buffered_event_writer.h"
#include "factors/11_logs/parts/file_event_writer.h"
#include "factors/11_logs/violations.h"

namespace twelve {
namespace {

template <CarelessTermination::Kind kind>
void Terminate(PartChoice& parts) {
  parts.termination = std::make_unique<CarelessTermination>(kind);
  parts.configure_termination = [](const TerminationNeeds&) {};
}

template <typename Binder>
void Bind(PartChoice& parts) {
  parts.binder = std::make_unique<Binder>(std::move(parts.binder));
}

template <typename Step>
void Boot(PartChoice& parts) {
  parts.boot.push_back(std::make_unique<Step>());
}

void BufferEvents(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    return std::make_unique<BufferedEventWriter>(STDOUT_FILENO, std::move(format));
  };
}

void LogToFile(PartChoice& parts) {
  parts.make_events = [](JsonEventFormat format) {
    return std::make_unique<FileEventWriter>("app.log", std::move(format));
  };
}

void WrapInShell(PartChoice& parts) {
  parts.launch = std::make_unique<ShellWrappedLaunch>();
}

using Kind = CarelessTermination::Kind;

constexpr ViolationSwitch kSwitches[] = {
    {"buffered-stdout", BufferEvents},
    {"exit-on-sigterm", Terminate<Kind::kExit>},
    {"hardcode-port", Bind<HardcodedPortBinder>},
    {"ignore-listen-error", Bind<UncheckedPortBinder>},
    {"ignore-sigterm", Terminate<Kind::kIgnore>},
    {"log-to-file-only", LogToFile},
    {"no-term-handler", Terminate<Kind::kNoHandler>},
    {"port-fallback", Bind<FallbackPortBinder>},
    {"shell-wrapper", WrapInShell},
    {"slow-boot", Boot<SlowBoot>},
    {"stale-lock", Boot<LockFileBoot>},
};

std::vector<std::string> Split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
  }
  return parts;
}

}  // namespace

const ViolationSwitch* FindSwitch(std::string_view name) {
  const auto* found = std::find_if(std::begin(kSwitches), std::end(kSwitches),
                                   [name](const ViolationSwitch& s) { return s.name == name; });
  return found == std::end(kSwitches) ? nullptr : found;
}

std::span<const ViolationSwitch> AllSwitches() {
  return kSwitches;
}

std::vector<Violation> AllViolations() {
  std::vector<Violation> all;
  all.insert(all.end(), std::begin(kPortBindingViolations), std::end(kPortBindingViolations));
  all.insert(all.end(), std::begin(kDisposabilityViolations), std::end(kDisposabilityViolations));
  all.insert(all.end(), std::begin(kLogsViolations), std::end(kLogsViolations));
  return all;
}

std::string ViolationsAsText() {
  std::string text;
  for (const Violation& row : AllViolations()) {
    text += fmt::format("factor {:<2}  {:<20} The service {}.\n{:32}must cause {}\n", row.factor,
                        row.name, row.what, "", row.must_cause);
    if (!row.may_move.empty()) text += fmt::format("{:32}may move {}\n", "", row.may_move);
  }
  return text;
}

std::string ViolationsAsJson() {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Violation& row : AllViolations()) {
    json.push_back({{"factor", row.factor},
                    {"name", row.name},
                    {"what", row.what},
                    {"must_cause", Split(row.must_cause)},
                    {"may_move", Split(row.may_move)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace twelve
