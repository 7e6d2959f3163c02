#include "harness/rig/rig_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

namespace twelve {
namespace {

constexpr Duration kFirstSample = std::chrono::milliseconds(100);
constexpr Duration kSamplePeriod = std::chrono::seconds(1);
// The supervisor lets go of a program a little after its last change, without a word.
constexpr Duration kAskAgain = std::chrono::milliseconds(5);
constexpr std::string_view kOwnSource = "twelve";

Error ClosedError() {
  return {ErrorCode::kClosed, "the session has ended", {}, 0};
}

}  // namespace

void LaunchRecord::Set(const ProcessStatus& status) {
  MutexLock lock(mutex_);
  status_ = status;
}

ProcessStatus LaunchRecord::Status() const {
  MutexLock lock(mutex_);
  return status_;
}

void LaunchRecord::SetSample(const ResourceSample& sample) {
  MutexLock lock(mutex_);
  sample_ = sample;
}

ResourceSample LaunchRecord::Sample() const {
  MutexLock lock(mutex_);
  return sample_;
}

bool LaunchRecord::Over() const {
  MutexLock lock(mutex_);
  return status_.over() && !status_.restart_at;
}

RigCore::RigCore(Seams seams)
    : seams_(std::move(seams)), logs_(std::make_shared<LogStore>(seams_.log_limits)) {
  supervisor_ = std::make_unique<Supervisor>(
      Supervisor::Seams{*seams_.loop, *seams_.host, *seams_.sockets, *logs_});
  supervisor_->SetObserver([this](const ProcessStatus& status) { OnChange(status); });
  thread_ = std::thread([this] { seams_.loop->Run(); });
}

RigCore::~RigCore() {
  End();
}

bool RigCore::Post(std::function<void()> task) {
  MutexLock lock(mutex_);
  if (ended_) return false;
  seams_.loop->Post(std::move(task));
  return true;
}

bool RigCore::Call(const std::function<void()>& task) {
  std::promise<void> done;
  const bool posted = Post([&] {
    task();
    done.set_value();
  });
  if (posted) done.get_future().wait();
  return posted;
}

Result<std::shared_ptr<LaunchRecord>> RigCore::Launch(ProcessSpec spec) {
  auto record = std::make_shared<LaunchRecord>(spec.name);
  ProcessStatus known;
  known.name = spec.name;
  known.type = spec.type;
  known.port = spec.port;
  record->Set(known);
  Status started = ClosedError();
  if (const auto before = Current(spec.name); before && before->Over()) {
    AwaitRelease(*before);  // its last words may still be on their way
  }
  Call([&] { started = StartOnLoop(std::move(spec), record); });
  if (!started) return started.error();
  return record;
}

Status RigCore::StartOnLoop(ProcessSpec spec, const std::shared_ptr<LaunchRecord>& record) {
  const std::string name = spec.name;
  // Before the start, because the observer is called within it.
  Launched before = std::exchange(launched_[name], Launched{record, {}});
  Status started = supervisor_->Start(std::move(spec));
  if (started) {
    if (const ProcessStatus* status = supervisor_->Find(name)) record->Set(*status);
    if (sampling_ == 0) ArmSampling(kFirstSample);
  } else if (before.record) {
    launched_[name] = std::move(before);
  } else {
    launched_.erase(name);
  }
  return started;
}

std::shared_ptr<LaunchRecord> RigCore::Current(const std::string& name) {
  std::shared_ptr<LaunchRecord> current;
  Call([&] {
    const auto found = launched_.find(name);
    if (found != launched_.end()) current = found->second.record;
  });
  return current;
}

/// A later launch under the same name takes the name away.
bool RigCore::IsCurrent(const LaunchRecord& record) const {
  const auto found = launched_.find(record.name());
  return found != launched_.end() && found->second.record.get() == &record;
}

Status RigCore::Signal(const LaunchRecord& record, SignalTarget target, int signal,
                       std::string because) {
  Status sent = ClosedError();
  Call([&] {
    sent = IsCurrent(record)
               ? supervisor_->Signal(record.name(), target, signal, std::move(because))
               : Error{ErrorCode::kNotFound, record.name() + " has ended", {}, 0};
  });
  return sent;
}

void RigCore::Stop(const LaunchRecord& record, std::string because) {
  Call([&] {
    if (IsCurrent(record)) supervisor_->Stop(record.name(), std::move(because));
  });
}

void RigCore::Kill(const LaunchRecord& record, std::string because) {
  Call([&] {
    if (IsCurrent(record)) supervisor_->Kill(record.name(), std::move(because));
  });
}

void RigCore::Dispose(const LaunchRecord& record) {
  if (!record.Over()) Kill(record, "no longer needed");
  if (!AwaitRelease(record)) {
    logs_->Say(
        clock(), kOwnSource, LogLevel::kError,
        fmt::format("{} could not be ended within {} s", record.name(), ToSeconds(kEndLimit)));
  }
}

bool RigCore::AwaitRelease(const LaunchRecord& record) {
  return AwaitEnd([&] {
    bool released = true;
    Call([&] {
      if (!IsCurrent(record)) return;
      supervisor_->Remove(record.name());  // does nothing before all of it is over
      released = supervisor_->Find(record.name()) == nullptr;
      if (released) launched_.erase(record.name());
    });
    return released;
  });
}

bool RigCore::AwaitEnd(const std::function<bool()>& over) {
  const Deadline deadline = Deadline::After(clock(), kEndLimit);
  for (;;) {
    const std::uint64_t seen = news_.Seen();
    if (over()) return true;
    if (deadline.Passed(clock())) return false;
    news_.WaitPast(seen,
                   std::chrono::steady_clock::now() + std::min(kAskAgain, deadline.Left(clock())));
  }
}

void RigCore::End() {
  const bool first = Call([&] {
    for (const auto& [name, launched] : launched_) {
      supervisor_->Kill(name, "the session ended");
    }
  });
  if (!first) return;
  AwaitEnd([this] {
    bool over = true;
    Call([&] { over = supervisor_->AllOver(); });
    return over;
  });
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    // As the last task: those that were posted before it still run.
    seams_.loop->Post([this] { seams_.loop->Stop(); });
  }
  thread_.join();
  if (sampling_ != 0) seams_.loop->Cancel(sampling_);
  supervisor_.reset();
}

void RigCore::OnChange(const ProcessStatus& status) {
  const auto found = launched_.find(status.name);
  if (found != launched_.end()) found->second.record->Set(status);
  news_.Tell();
}

void RigCore::ArmSampling(Duration delay) {
  sampling_ = seams_.loop->After(delay, [this] {
    sampling_ = 0;
    Sample();
  });
}

std::map<pid_t, std::vector<ProcessInfo>> RigCore::TreesByGuardian() const {
  std::map<pid_t, std::vector<ProcessInfo>> trees;
  std::map<pid_t, pid_t> root_of;
  std::vector<pid_t> roots;
  for (const auto& [name, launched] : launched_) {
    const ProcessStatus status = launched.record->Status();
    if (status.over() || status.guardian == 0) continue;
    roots.push_back(status.guardian);
    root_of[status.guardian] = status.guardian;
    trees[status.guardian];
  }
  if (roots.empty()) return trees;
  for (ProcessInfo& process : seams_.table->Forest(roots, /*with_open_files=*/true)) {
    if (trees.contains(process.pid)) continue;
    const auto parent = root_of.find(process.parent);  // parents come first
    if (parent == root_of.end()) continue;
    root_of[process.pid] = parent->second;
    trees[parent->second].push_back(std::move(process));
  }
  return trees;
}

void RigCore::Sample() {
  auto trees = TreesByGuardian();
  const TimePoint now = clock().Now();
  for (auto& [name, launched] : launched_) {
    const auto tree = trees.find(launched.record->Status().guardian);
    if (tree == trees.end()) continue;
    launched.usage = UsageBetween(launched.usage, now, std::move(tree->second));
    const TreeUsage& usage = launched.usage;
    launched.record->SetSample({.at = usage.at,
                                .cpu_percent = usage.cpu_percent,
                                .rss_bytes = usage.rss_bytes,
                                .processes = usage.processes,
                                .threads = usage.threads,
                                .open_files = usage.open_files});
  }
  if (!trees.empty()) news_.Tell();
  const bool any = std::any_of(launched_.begin(), launched_.end(),
                               [](const auto& entry) { return !entry.second.record->Over(); });
  if (any) ArmSampling(kSamplePeriod);
}

}  // namespace twelve
