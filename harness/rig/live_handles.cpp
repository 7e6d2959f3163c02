#include "harness/rig/live_handles.h"

#include <algorithm>
#include <utility>

namespace twelve {

// Instance ---------------------------------------------------------------------------------------

LiveInstance::LiveInstance(std::shared_ptr<RigCore> core, std::shared_ptr<LaunchRecord> record)
    : core_(std::move(core)), record_(std::move(record)) {}

LiveInstance::~LiveInstance() {
  core_->Dispose(*record_);
}

ProcessStatus LiveInstance::Snapshot() const {
  return record_->Status();
}

Status LiveInstance::Signal(SignalTarget target, int signal, std::string because) {
  return core_->Signal(*record_, target, signal, std::move(because));
}

void LiveInstance::Stop(std::string because) {
  core_->Stop(*record_, std::move(because));
}

void LiveInstance::Kill(std::string because) {
  core_->Kill(*record_, std::move(because));
}

std::vector<ProcessInfo> LiveInstance::Tree() const {
  const ProcessStatus status = record_->Status();
  if (status.over() || status.guardian == 0) return {};
  std::vector<ProcessInfo> tree = core_->table().Tree(status.guardian, /*with_open_files=*/false);
  std::erase_if(tree, [&](const ProcessInfo& process) {
    // A zombie is dead; it only waits for the guardian to be told so.
    return process.pid == status.guardian || process.state == 'Z' || process.state == 'X';
  });
  return tree;
}

std::vector<ListeningSocket> LiveInstance::Listeners() const {
  std::vector<pid_t> pids;
  for (const ProcessInfo& process : Tree()) pids.push_back(process.pid);
  return core_->table().Listeners(pids);
}

ResourceSample LiveInstance::Resources() const {
  return record_->Sample();
}

std::vector<LogLine> LiveInstance::Logs(std::size_t max) const {
  LogStore& logs = *core_->logs();
  const std::uint16_t source = logs.Source(record_->name());
  const LogCounts counts = logs.Counts();
  std::vector<std::uint64_t> found;
  // Ever larger windows that end with the newest line: mostly the first holds enough.
  for (std::uint64_t window = 4096;; window *= 8) {
    const std::uint64_t from = std::max(counts.first, counts.next - std::min(counts.next, window));
    found.clear();
    logs.Scan(from, counts.next, [&](const LogStore::View& view) {
      if (view.source == source) found.push_back(view.sequence);
      return true;
    });
    if (found.size() >= max || from == counts.first) break;
  }
  if (found.size() > max) {
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(max));
  }
  return logs.Read(found);
}

// Connection -------------------------------------------------------------------------------------

LiveConnection::LiveConnection(std::shared_ptr<RigCore> core, std::uint16_t port)
    : core_(std::move(core)),
      raw_(std::make_shared<RawConnection>(core_->loop(), core_->sockets(), core_->news())) {
  core_->Post([raw = raw_, port] { raw->Open(port); });
}

LiveConnection::~LiveConnection() {
  // When the loop has ended, nobody watches the socket any more and it may close here.
  if (!core_->Call([raw = raw_] { raw->Close(); })) raw_->Close();
}

void LiveConnection::Send(std::string_view bytes) {
  core_->Post([raw = raw_, copy = std::string(bytes)] { raw->Send(copy); });
}

void LiveConnection::FinishSending() {
  core_->Post([raw = raw_] { raw->FinishSending(); });
}

void LiveConnection::PauseReading(bool paused) {
  core_->Call([raw = raw_, paused] { raw->PauseReading(paused); });
}

// Load -------------------------------------------------------------------------------------------

EndableLoad::EndableLoad(std::unique_ptr<LoadGenerator> generator)
    : generator_(std::move(generator)) {}

void EndableLoad::Do(const std::function<void(LoadGenerator&)>& what) {
  MutexLock lock(mutex_);
  if (generator_) what(*generator_);
}

std::shared_ptr<const LoadSnapshot> EndableLoad::Snapshot() const {
  MutexLock lock(mutex_);
  return generator_ ? generator_->Snapshot() : last_;
}

void EndableLoad::End() {
  MutexLock lock(mutex_);
  if (!generator_) return;
  last_ = generator_->Snapshot();
  generator_.reset();
}

void LiveLoad::SetRate(double per_second) {
  load_->Do([&](LoadGenerator& generator) { generator.SetRate(per_second); });
}

void LiveLoad::SetTargets(std::vector<LoadTarget> targets) {
  load_->Do([&](LoadGenerator& generator) { generator.SetTargets(std::move(targets)); });
}

void LiveLoad::Finish() {
  load_->Do([](LoadGenerator& generator) { generator.Finish(); });
}

}  // namespace twelve
