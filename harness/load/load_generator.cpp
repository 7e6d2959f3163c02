#include "harness/load/load_generator.h"

#include <thread>

#include "harness/base/mutex.h"
#include "harness/load/load_run.h"

namespace twelve {
namespace {

class ThreadedLoadGenerator final : public LoadGenerator {
 public:
  ThreadedLoadGenerator(LoadPlan plan, SocketHost& sockets, std::unique_ptr<EventLoop> loop)
      : loop_(std::move(loop)),
        run_(std::move(plan), *loop_, sockets,
             [this](std::shared_ptr<const LoadSnapshot> snapshot) { Take(std::move(snapshot)); }) {
    loop_->Post([this] { run_.Begin(); });
    thread_ = std::thread([this] { loop_->Run(); });
  }

  ~ThreadedLoadGenerator() override {
    loop_->Stop();
    thread_.join();
  }

  void SetRate(double per_second) override {
    loop_->Post([this, per_second] { run_.SetRate(per_second); });
  }
  void SetTargets(std::vector<LoadTarget> targets) override {
    loop_->Post([this, targets = std::move(targets)] { run_.SetTargets(targets); });
  }
  void Finish() override {
    loop_->Post([this] { run_.Finish(); });
  }
  std::shared_ptr<const LoadSnapshot> Snapshot() const override {
    MutexLock lock(mutex_);
    return latest_;
  }

 private:
  void Take(std::shared_ptr<const LoadSnapshot> snapshot) {
    {
      MutexLock lock(mutex_);
      latest_.swap(snapshot);
    }
    // What is left in `snapshot` may be large: it is freed here, outside the lock.
  }

  mutable Mutex mutex_;
  std::shared_ptr<const LoadSnapshot> latest_ TWELVE_GUARDED_BY(mutex_);
  std::unique_ptr<EventLoop> loop_;
  LoadRun run_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<LoadGenerator>> LoadGenerator::Start(LoadPlan plan, SocketHost& sockets,
                                                            const MakeLoop& make_loop) {
  if (const Status valid = Validate(plan); !valid) return valid.error();
  auto loop = make_loop();
  if (!loop) return loop.error();
  return std::unique_ptr<LoadGenerator>(
      std::make_unique<ThreadedLoadGenerator>(std::move(plan), sockets, std::move(loop).value()));
}

}  // namespace twelve
