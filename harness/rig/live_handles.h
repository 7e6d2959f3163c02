#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/mutex.h"
#include "harness/load/load_generator.h"
#include "harness/rig/raw_connection.h"
#include "harness/rig/rig.h"
#include "harness/rig/rig_core.h"

namespace twelve {

// What a LiveRig hands out. Each keeps the core alive but not at work: once the rig has ended,
// they still tell what was, and do nothing more.

class LiveInstance final : public Instance {
 public:
  LiveInstance(std::shared_ptr<RigCore> core, std::shared_ptr<LaunchRecord> record);
  ~LiveInstance() override;
  LiveInstance(const LiveInstance&) = delete;
  LiveInstance& operator=(const LiveInstance&) = delete;

  ProcessStatus Snapshot() const override;
  Status Signal(SignalTarget target, int signal, std::string because) override;
  void Stop(std::string because) override;
  void Kill(std::string because) override;
  std::vector<ProcessInfo> Tree() const override;
  std::vector<ListeningSocket> Listeners() const override;
  ResourceSample Resources() const override;
  std::vector<LogLine> Logs(std::size_t max) const override;

 private:
  std::shared_ptr<RigCore> core_;
  std::shared_ptr<LaunchRecord> record_;
};

class LiveConnection final : public Connection {
 public:
  LiveConnection(std::shared_ptr<RigCore> core, std::uint16_t port);
  ~LiveConnection() override;
  LiveConnection(const LiveConnection&) = delete;
  LiveConnection& operator=(const LiveConnection&) = delete;

  State state() const override { return raw_->state(); }
  void Send(std::string_view bytes) override;
  void FinishSending() override;
  void PauseReading(bool paused) override;
  std::string Received() const override { return raw_->Received(); }
  std::optional<TimePoint> first_byte() const override { return raw_->first_byte(); }
  std::optional<TimePoint> last_byte() const override { return raw_->last_byte(); }
  std::optional<TimePoint> ended() const override { return raw_->ended(); }

 private:
  std::shared_ptr<RigCore> core_;
  std::shared_ptr<RawConnection> raw_;
};

/// A port that is taken, and nothing else.
class OccupiedPort final : public Connection {
 public:
  explicit OccupiedPort(UniqueFd listener) : listener_(std::move(listener)) {}

  State state() const override { return State::kOpen; }
  void Send(std::string_view /*bytes*/) override {}
  void FinishSending() override {}
  void PauseReading(bool /*paused*/) override {}
  std::string Received() const override { return {}; }
  std::optional<TimePoint> first_byte() const override { return std::nullopt; }
  std::optional<TimePoint> last_byte() const override { return std::nullopt; }
  std::optional<TimePoint> ended() const override { return std::nullopt; }

 private:
  UniqueFd listener_;
};

/// A generator that its handle and its rig can end. Threads: any.
class EndableLoad {
 public:
  explicit EndableLoad(std::unique_ptr<LoadGenerator> generator);
  void Do(const std::function<void(LoadGenerator&)>& what);
  std::shared_ptr<const LoadSnapshot> Snapshot() const;
  void End();

 private:
  mutable Mutex mutex_;
  std::unique_ptr<LoadGenerator> generator_ TWELVE_GUARDED_BY(mutex_);
  std::shared_ptr<const LoadSnapshot> last_ TWELVE_GUARDED_BY(mutex_);
};

class LiveLoad final : public Load {
 public:
  LiveLoad(std::shared_ptr<RigCore> core, std::shared_ptr<EndableLoad> load)
      : core_(std::move(core)), load_(std::move(load)) {}
  ~LiveLoad() override { load_->End(); }
  LiveLoad(const LiveLoad&) = delete;
  LiveLoad& operator=(const LiveLoad&) = delete;

  void SetRate(double per_second) override;
  void SetTargets(std::vector<LoadTarget> targets) override;
  void Finish() override;
  std::shared_ptr<const LoadSnapshot> Snapshot() const override { return load_->Snapshot(); }

 private:
  std::shared_ptr<RigCore> core_;  // its sockets are the generator's
  std::shared_ptr<EndableLoad> load_;
};

}  // namespace twelve
