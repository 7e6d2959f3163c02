#include "harness/process/supervisor.h"

#include <utility>

#include "harness/process/supervised_process.h"

namespace twelve {

class Supervisor::Process final : public SupervisedProcess {
 public:
  using SupervisedProcess::SupervisedProcess;
};

Supervisor::Supervisor(Seams seams) : seams_(seams) {}

Supervisor::~Supervisor() {
  for (const auto& [name, process] : processes_) process->Silence();
}

void Supervisor::SetObserver(Observer observer) {
  observer_ = std::move(observer);
}

void Supervisor::AddTap(LogTap* tap) {
  taps_.push_back(tap);
}

Supervisor::Process* Supervisor::Get(const std::string& name) const {
  const auto found = processes_.find(name);
  return found == processes_.end() ? nullptr : found->second.get();
}

Status Supervisor::Start(ProcessSpec spec) {
  const std::string name = spec.name;
  if (const Process* present = Get(name); present != nullptr && !present->Over()) {
    return Error{ErrorCode::kBusy, name + " is running already; stop it first", {}, 0};
  }
  auto process =
      std::make_unique<Process>(SupervisedProcess::World{seams_.loop, seams_.host, seams_.sockets,
                                                         seams_.logs, taps_, keep_lines_,
                                                         [this](const ProcessStatus& status) {
                                                           if (observer_) observer_(status);
                                                         }},
                                std::move(spec));
  Process& started = *process;
  std::swap(processes_[name], process);
  if (process) Retire(std::move(process));
  Status status = started.Start();
  if (!status) Remove(name);
  return status;
}

void Supervisor::Stop(const std::string& name, std::string because) {
  if (Process* process = Get(name)) process->Stop(std::move(because));
}

void Supervisor::StopAll(const std::string& because) {
  // By name: an observer may add and remove processes meanwhile.
  std::vector<std::string> names;
  for (const auto& [name, process] : processes_) names.push_back(name);
  for (const std::string& name : names) Stop(name, because);
}

void Supervisor::Kill(const std::string& name, std::string because) {
  if (Process* process = Get(name)) process->Kill(std::move(because));
}

Status Supervisor::Signal(const std::string& name, SignalTarget target, int signal,
                          std::string because) {
  Process* process = Get(name);
  if (process == nullptr) {
    return Error{ErrorCode::kNotFound, "there is no process named " + name, {}, 0};
  }
  return process->Signal(target, signal, std::move(because));
}

void Supervisor::Remove(const std::string& name) {
  const auto found = processes_.find(name);
  if (found == processes_.end() || !found->second->Over()) return;
  std::unique_ptr<Process> process = std::move(found->second);
  processes_.erase(found);
  Retire(std::move(process));
}

// The process may be calling the observer that removes it.
void Supervisor::Retire(std::unique_ptr<Process> process) {
  process->Silence();
  seams_.loop.Post([retired = std::shared_ptr<Process>(std::move(process))] {});
}

const ProcessStatus* Supervisor::Find(const std::string& name) const {
  const Process* process = Get(name);
  return process == nullptr ? nullptr : &process->status();
}

std::vector<const ProcessStatus*> Supervisor::All() const {
  std::vector<const ProcessStatus*> all;
  all.reserve(processes_.size());
  for (const auto& [name, process] : processes_) all.push_back(&process->status());
  return all;
}

bool Supervisor::AllOver() const {
  for (const auto& [name, process] : processes_) {
    if (!process->Over()) return false;
  }
  return true;
}

}  // namespace twelve
