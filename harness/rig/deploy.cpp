#include "harness/rig/deploy.h"

#include <utility>

namespace twelve {

Deploy::Deploy(Rig& rig, DeploySpec spec) : rig_(rig), spec_(std::move(spec)) {}
Deploy::~Deploy() = default;

std::string Deploy::NameOf(const Slot& slot) const {
  return spec_.type + "." + std::to_string(slot.number);
}

Deploy::Slot* Deploy::FindSlot(const std::string& name) {
  return const_cast<Slot*>(std::as_const(*this).FindSlot(name));
}

const Deploy::Slot* Deploy::FindSlot(const std::string& name) const {
  for (const auto& [number, slot] : slots_) {
    if (NameOf(slot) == name) return &slot;
  }
  return nullptr;
}

Status Deploy::Launch(Slot& slot) {
  if (slot.instance) {
    const ProcessStatus last = slot.instance->Snapshot();
    slot.past.insert(slot.past.end(), last.history.begin(), last.history.end());
    slot.instance.reset();
  }
  ProcessSpec process;
  process.name = NameOf(slot);
  process.type = spec_.type;
  process.command.argv = spec_.argv;
  process.command.line = ShellQuote(spec_.argv);
  process.environment = spec_.environment;
  process.directory = slot.directory;
  if (spec_.ready_pattern.empty()) {
    process.environment["PORT"] = std::to_string(slot.port);
    process.port = slot.port;
    process.readiness = ReadyOnHttp{slot.port, spec_.ready_path};
  } else {
    process.readiness = ReadyOnLog{spec_.ready_pattern};
  }
  process.ready_timeout = spec_.ready_timeout;
  process.grace = spec_.grace;
  Result<std::unique_ptr<Instance>> instance = rig_.Launch(std::move(process));
  if (!instance) return instance.error();
  slot.instance = std::move(instance).value();
  slot.leaving = false;
  return {};
}

Status Deploy::AddSlot(int number) {
  Slot& slot = slots_[number];
  slot.number = number;
  if (slot.directory.empty()) {
    if (spec_.ready_pattern.empty()) {
      Result<std::uint16_t> port = rig_.LeasePort();
      if (!port) return port.error();
      slot.port = *port;
    }
    Result<std::string> directory = rig_.MakeDirectory(NameOf(slot));
    if (!directory) return directory.error();
    slot.directory = *directory;
  }
  return Launch(slot);
}

Status Deploy::Scale(int count, const std::string& because) {
  spec_.count = count;
  for (int number = 1; number <= count; ++number) {
    const auto found = slots_.find(number);
    const bool serving = found != slots_.end() && found->second.instance && !found->second.leaving;
    if (serving) continue;
    if (Status added = AddSlot(number); !added) return added;
  }
  for (auto& [number, slot] : slots_) {
    if (number <= count || slot.leaving || !slot.instance) continue;
    slot.leaving = true;
    slot.instance->Stop(because);
  }
  return {};
}

Status Deploy::Relaunch(const std::string& name) {
  Slot* slot = FindSlot(name);
  if (slot == nullptr) return InvalidError("There is no process " + name + ".");
  return Launch(*slot);
}

Status Deploy::Replace(DeploySpec spec) {
  for (auto& [number, slot] : slots_) {
    if (slot.instance) slot.instance->Kill("replaced by a new release");
  }
  const int count = spec.count;
  spec_ = std::move(spec);
  for (auto& [number, slot] : slots_) {
    if (number > count) {
      slot.instance.reset();
      slot.leaving = false;
      continue;
    }
    if (Status launched = Launch(slot); !launched) return launched;
  }
  return Scale(count, "scaled down");
}

void Deploy::Tick() {
  for (auto& [number, slot] : slots_) {
    if (!slot.leaving || !slot.instance) continue;
    const ProcessStatus last = slot.instance->Snapshot();
    if (!last.over()) continue;
    slot.past.insert(slot.past.end(), last.history.begin(), last.history.end());
    slot.instance.reset();
    slot.leaving = false;
  }
}

std::vector<std::string> Deploy::Names() const {
  std::vector<std::string> names;
  for (const auto& [number, slot] : slots_) {
    if (slot.instance && !slot.leaving) names.push_back(NameOf(slot));
  }
  return names;
}

Instance* Deploy::Find(const std::string& name) const {
  const Slot* slot = FindSlot(name);
  return slot == nullptr ? nullptr : slot->instance.get();
}

std::vector<ProcessStatus> Deploy::Snapshots() const {
  std::vector<ProcessStatus> all;
  for (const auto& [number, slot] : slots_) {
    if (slot.instance) all.push_back(slot.instance->Snapshot());
  }
  return all;
}

std::vector<StateChange> Deploy::History(const std::string& name) const {
  const Slot* slot = FindSlot(name);
  if (slot == nullptr) return {};
  std::vector<StateChange> history = slot->past;
  if (slot->instance) {
    const ProcessStatus now = slot->instance->Snapshot();
    history.insert(history.end(), now.history.begin(), now.history.end());
  }
  return history;
}

std::vector<LoadTarget> Deploy::Targets() const {
  std::vector<LoadTarget> targets;
  for (const auto& [number, slot] : slots_) {
    if (slot.instance) targets.push_back({NameOf(slot), slot.port});
  }
  return targets;
}

bool Deploy::AllReady() const {
  for (const auto& [number, slot] : slots_) {
    if (!slot.instance || slot.leaving) continue;
    if (slot.instance->Snapshot().state != ProcessState::kReady) return false;
  }
  return true;
}

bool Deploy::AnyOver() const {
  for (const auto& [number, slot] : slots_) {
    if (slot.instance && slot.instance->Snapshot().over()) return true;
  }
  return false;
}

}  // namespace twelve
