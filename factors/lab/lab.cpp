#include "factors/lab/lab.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace twelve {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kKeptNotes = 400;
// Pictures a second while a step waits: enough for lanes that move.
constexpr Duration kShowEvery = milliseconds(100);
// Requests that come before anybody can answer would be the first thing to be seen.
constexpr Duration kHeadStart = milliseconds(2000);

template <typename T>
void KeepLatest(std::vector<T>& list) {
  if (list.size() > kKeptNotes) list.erase(list.begin(), list.end() - kKeptNotes);
}

}  // namespace

bool Lab::Wait(const std::function<bool()>& predicate, Duration at_most, const std::string& what) {
  waiting = what;
  const Deadline deadline = Deadline::After(rig.clock(), at_most);
  bool holds = false;
  while (!rig.cancelled()) {
    for (const std::unique_ptr<Deploy>& deploy : deploys) deploy->Tick();
    const Duration slice = std::min<Duration>(kShowEvery, deadline.Left(rig.clock()));
    holds = rig.WaitUntil(predicate, Deadline::After(rig.clock(), slice));
    if (progress && Now() - shown_ >= kShowEvery) {
      shown_ = Now();
      progress();
    }
    if (holds || deadline.Passed(rig.clock())) break;
  }
  waiting.clear();
  return holds;
}

void Lab::Watch(Duration span, const std::string& what) {
  (void)Wait([] { return false; }, span, what);
}

void Lab::Note(const std::string& process, const std::string& label, const std::string& text,
               bool trouble) {
  const TimePoint now = Now();
  if (!label.empty()) markers.push_back({now, label, process, trouble});
  events.push_back({now, text, trouble});
  KeepLatest(markers);
  KeepLatest(events);
}

std::vector<std::string> Lab::CommandFor(const std::vector<std::string>& base) const {
  std::vector<std::string> command = base;
  if (!violations.empty()) {
    command.push_back("--violate");
    command.push_back(fmt::format("{}", fmt::join(violations, ",")));
  }
  return command;
}

std::vector<std::string> Lab::ServiceCommand(const std::string& type) const {
  return CommandFor({programs.service, type});
}

Result<Deploy*> Lab::AddDeploy(DeploySpec spec) {
  const std::vector<std::string> base = spec.argv;
  spec.argv = CommandFor(base);
  const int count = spec.count;
  auto deploy = std::make_unique<Deploy>(rig, std::move(spec));
  if (Status scaled = deploy->Scale(count, ""); !scaled) return scaled.error();
  commands_.push_back(base);
  deploys.push_back(std::move(deploy));
  return deploys.back().get();
}

Deploy* Lab::FindDeploy(const std::string& type) const {
  for (const std::unique_ptr<Deploy>& deploy : deploys) {
    if (deploy->spec().type == type) return deploy.get();
  }
  return nullptr;
}

Deploy* Lab::DeployOf(const std::string& process) const {
  return FindDeploy(process.substr(0, process.find('.')));
}

Instance* Lab::Find(const std::string& process) const {
  Deploy* const deploy = DeployOf(process);
  return deploy == nullptr ? nullptr : deploy->Find(process);
}

Status Lab::Rerelease(const std::string& because) {
  ++release;
  Status all;
  for (std::size_t i = 0; i < deploys.size(); ++i) {
    DeploySpec spec = deploys[i]->spec();
    spec.argv = CommandFor(commands_[i]);
    spec.environment["RELEASE_ID"] = fmt::format("v{}", release);
    if (Status replaced = deploys[i]->Replace(std::move(spec)); !replaced && all) all = replaced;
  }
  Retarget();
  Note("", fmt::format("v{}", release), fmt::format("release v{} runs: {}", release, because));
  return all;
}

bool Lab::AllReady() const {
  return std::all_of(deploys.begin(), deploys.end(),
                     [](const auto& deploy) { return deploy->AllReady(); });
}

bool Lab::AnyOver() const {
  return std::any_of(deploys.begin(), deploys.end(),
                     [](const auto& deploy) { return deploy->AnyOver(); });
}

std::string Lab::NotReady() const {
  for (const std::unique_ptr<Deploy>& deploy : deploys) {
    for (const ProcessStatus& status : deploy->Snapshots()) {
      if (status.state == ProcessState::kReady) continue;
      return fmt::format("{} is {} ({})", status.name, ToString(status.state), status.reason);
    }
  }
  return "no process is running";
}

Status Lab::StartLoad(LoadPlan plan, const std::string& type) {
  (void)rig.WaitUntil([this] { return AllReady() || AnyOver(); },
                      Deadline::After(rig.clock(), kHeadStart));
  load_type = type;
  rate = plan.rate_per_second;
  if (const Deploy* deploy = FindDeploy(type)) plan.targets = deploy->Targets();
  Result<std::unique_ptr<Load>> started = rig.StartLoad(std::move(plan));
  if (!started) return started.error();
  load = std::move(started).value();
  return {};
}

void Lab::Retarget() {
  const Deploy* deploy = FindDeploy(load_type);
  if (load && deploy != nullptr) load->SetTargets(deploy->Targets());
}

Traffic CountTraffic(const LoadSnapshot& load, const std::string& process, TimePoint from,
                     TimePoint to) {
  Traffic traffic;
  for (const RequestRecord& request : load.requests) {
    if (request.done < from || request.intended > to || request.in_flight) continue;
    ++traffic.total;
    traffic.slowest_ms = std::max(traffic.slowest_ms, ToMs(request.done - request.intended));
    if (!Failed(request.outcome)) continue;
    ++traffic.failed;
    const bool here =
        request.target < load.targets.size() && load.targets[request.target].target.name == process;
    if (!here) ++traffic.failed_elsewhere;
  }
  return traffic;
}

int InFlight(const LoadSnapshot& load, const std::string& process) {
  for (const TargetState& target : load.targets) {
    if (target.target.name == process) return target.in_flight;
  }
  return 0;
}

}  // namespace twelve
