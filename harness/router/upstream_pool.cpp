#include "harness/router/upstream_pool.h"

#include <algorithm>

namespace twelve {

std::unique_ptr<UpstreamConnection> UpstreamPool::Take(std::uint16_t target, bool sure) {
  if (target < kept_.size()) {
    auto& kept = kept_[target];
    while (!kept.empty()) {
      std::unique_ptr<UpstreamConnection> connection = std::move(kept.back());
      kept.pop_back();
      if ((sure || connection->readable()) && !connection->StillOpen()) continue;
      connection->SetUser(nullptr);
      connection->reused = true;
      return connection;
    }
  }
  return std::make_unique<UpstreamConnection>(loop_, sockets_, target);
}

void UpstreamPool::Keep(std::unique_ptr<UpstreamConnection> connection) {
  const std::uint16_t target = connection->target();
  if (kept_.size() <= target) kept_.resize(target + std::size_t{1});
  if (kept_[target].size() >= kMostPerTarget) return;
  connection->kept_since = loop_.clock().Now();
  connection->SetUser(this);
  kept_[target].push_back(std::move(connection));
}

void UpstreamPool::Drop(std::uint16_t target) {
  if (target < kept_.size()) kept_[target].clear();
}

void UpstreamPool::Expire() {
  const TimePoint now = loop_.clock().Now();
  for (auto& kept : kept_) {
    const auto fresh = std::find_if(kept.begin(), kept.end(), [&](const auto& connection) {
      return now - connection->kept_since < keep_idle_;
    });
    kept.erase(kept.begin(), fresh);
  }
}

int UpstreamPool::kept(std::uint16_t target) const {
  return target < kept_.size() ? static_cast<int>(kept_[target].size()) : 0;
}

void UpstreamPool::OnUpstream(UpstreamConnection& connection) {
  // What says "readable" may be left over from the answer, which was read no further than needed.
  if (!connection.readable() || connection.StillOpen()) return;
  // An end, or bytes that nobody asked for: of no use either way.
  auto& kept = kept_[connection.target()];
  std::erase_if(kept, [&](const auto& other) { return other.get() == &connection; });
}

}  // namespace twelve
