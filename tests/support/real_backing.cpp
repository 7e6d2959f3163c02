#include "tests/support/real_backing.h"

#include <cstdlib>
#include <utility>

namespace twelve {

BackingOptions InBuildTree(BackingOptions options) {
  const char* bin = std::getenv("TWELVE_BIN");
  if (options.cache_directory.empty() && bin != nullptr) {
    options.cache_directory = std::string(bin) + "/../cache";
  }
  return options;
}

RealBacking::RealBacking(BackingServer server, BackingOptions options) {
  auto rig = LiveRig::Create({});
  if (!rig) {
    why_ = rig.error().message;
    return;
  }
  rig_ = std::move(rig).value();
  auto instance = LaunchBacking(*rig_, server, InBuildTree(std::move(options)));
  if (instance) {
    instance_ = std::move(instance).value();
  } else {
    why_ = instance.error().message;
  }
}

RealBacking::~RealBacking() = default;

Deadline RealBacking::Soon() const {
  return Deadline::After(rig_->clock(), std::chrono::seconds(30));
}

}  // namespace twelve
