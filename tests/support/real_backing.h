#pragma once

#include <memory>
#include <string>

#include "harness/backing/backing_instance.h"
#include "harness/rig/live_rig.h"

namespace twelve {

/// A real PostgreSQL or Redis for a test; both die with this object.
///
///   RealBacking redis(BackingServer::kRedis);
///   ASSERT_TRUE(redis.ok()) << redis.why();
///   … redis->url() … redis->Kill("test") … redis->Restart("test", redis.Soon()) …
///
/// What is prepared once lies in the build tree. Threads: one.
class RealBacking {
 public:
  explicit RealBacking(BackingServer server, BackingOptions options = {});
  ~RealBacking();
  RealBacking(const RealBacking&) = delete;
  RealBacking& operator=(const RealBacking&) = delete;

  bool ok() const { return instance_ != nullptr; }
  const std::string& why() const { return why_; }

  Rig& rig() { return *rig_; }
  BackingInstance& operator*() { return *instance_; }
  BackingInstance* operator->() { return instance_.get(); }
  /// A generous deadline from now on.
  Deadline Soon() const;

 private:
  std::unique_ptr<LiveRig> rig_;
  std::unique_ptr<BackingInstance> instance_;
  std::string why_;
};

/// The options with the build tree's place for what is prepared once.
BackingOptions InBuildTree(BackingOptions options = {});

}  // namespace twelve
