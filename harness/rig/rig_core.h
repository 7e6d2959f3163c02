#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/mutex.h"
#include "harness/load/load_generator.h"
#include "harness/logs/log_store.h"
#include "harness/loop/event_loop.h"
#include "harness/os/process_host.h"
#include "harness/os/process_table.h"
#include "harness/os/socket_host.h"
#include "harness/process/resource_sampler.h"
#include "harness/process/supervisor.h"
#include "harness/rig/news.h"
#include "harness/rig/rig.h"

namespace twelve {

/// What is known of one launched program, kept for its handle also after the rig is gone.
/// Threads: any.
class LaunchRecord {
 public:
  explicit LaunchRecord(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

  void Set(const ProcessStatus& status);
  ProcessStatus Status() const;
  void SetSample(const ResourceSample& sample);
  ResourceSample Sample() const;
  /// All of it is dead and the restart policy starts no other.
  bool Over() const;

 private:
  const std::string name_;
  mutable Mutex mutex_;
  ProcessStatus status_ TWELVE_GUARDED_BY(mutex_);
  ResourceSample sample_ TWELVE_GUARDED_BY(mutex_);
};

/// What a LiveRig and its handles share: the loop, its thread, and what runs on it.
///
/// Threads: any, unless said otherwise.
/// Owns:    the loop's thread and every launched program; End, or the destructor, ends all of them
///          in parallel.
/// Errors:  after End, Post does nothing and Launch fails with kClosed.
class RigCore {
 public:
  struct Seams {
    const Clock* clock = nullptr;  // must outlive the core
    std::unique_ptr<EventLoop> loop;
    std::unique_ptr<SocketHost> sockets;
    std::unique_ptr<ProcessHost> host;
    std::unique_ptr<ProcessTable> table;
    LoadGenerator::MakeLoop make_loop;
    LogLimits log_limits;
  };
  /// How long the end of a program may take before its handle gives up and says so in the log.
  static constexpr Duration kEndLimit = std::chrono::seconds(5);

  explicit RigCore(Seams seams);
  ~RigCore();
  RigCore(const RigCore&) = delete;
  RigCore& operator=(const RigCore&) = delete;

  const Clock& clock() const { return *seams_.clock; }
  News& news() { return news_; }
  const std::shared_ptr<LogStore>& logs() const { return logs_; }
  EventLoop& loop() { return *seams_.loop; }
  SocketHost& sockets() { return *seams_.sockets; }
  ProcessHost& host() { return *seams_.host; }
  const ProcessTable& table() const { return *seams_.table; }
  const LoadGenerator::MakeLoop& make_loop() const { return seams_.make_loop; }

  /// Runs `task` on the loop. False when the loop has ended; then it will not run.
  bool Post(std::function<void()> task);
  /// Runs `task` on the loop and waits for it. REQUIRES: not on the loop's thread.
  bool Call(const std::function<void()>& task);

  Result<std::shared_ptr<LaunchRecord>> Launch(ProcessSpec spec);
  Status Signal(const LaunchRecord& record, SignalTarget target, int signal, std::string because);
  void Stop(const LaunchRecord& record, std::string because);
  void Kill(const LaunchRecord& record, std::string because);
  /// Kills it, waits until all of it is gone, and forgets it.
  void Dispose(const LaunchRecord& record);

  /// Kills everything, waits for it, ends the loop.
  void End();

 private:
  struct Launched {
    std::shared_ptr<LaunchRecord> record;
    TreeUsage usage;  // of the latest look
  };

  std::shared_ptr<LaunchRecord> Current(const std::string& name);
  /// Waits until the supervisor has forgotten it. False when the limit passed.
  bool AwaitRelease(const LaunchRecord& record);
  bool AwaitEnd(const std::function<bool()>& over);

  // On the loop.
  Status StartOnLoop(ProcessSpec spec, const std::shared_ptr<LaunchRecord>& record);
  bool IsCurrent(const LaunchRecord& record) const;
  void OnChange(const ProcessStatus& status);
  void ArmSampling(Duration delay);
  void Sample();
  std::map<pid_t, std::vector<ProcessInfo>> TreesByGuardian() const;

  Seams seams_;
  std::shared_ptr<LogStore> logs_;
  News news_;
  std::unique_ptr<Supervisor> supervisor_;  // made and destroyed while the loop does not run
  std::map<std::string, Launched> launched_;
  EventLoop::TimerId sampling_ = 0;
  Mutex mutex_;
  bool ended_ TWELVE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace twelve
