#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/rig/rig.h"

namespace twelve {

/// HAProxy as a Router: its configuration is written from the plan, targets come and go and drain
/// through its runtime interface, figures come from its statistics.
///
/// It decides by HAProxy's rules: a failed connection is tried three times, a POST too is sent
/// again after an empty answer if the plan retries, and request figures count at their end.
///
/// Threads: the thread that uses the rig; every method waits for HAProxy's answer, at most 5 s.
/// Owns:    the HAProxy process, through its handle.
/// Errors:  kNotFound when HAProxy is not installed, kInvalid when it does not accept its
///          configuration.
class HaproxyRouter final : public Router {
 public:
  static constexpr std::size_t kSlots = 64;  // servers that it can know at once

  static Result<std::unique_ptr<Router>> Start(Rig& rig, const RouterPlan& plan);

  std::uint16_t port() const override { return port_; }
  Status SetTargets(std::vector<LoadTarget> targets) override;
  Status Drain(const std::string& name, bool draining) override;
  std::shared_ptr<const RouterSnapshot> Snapshot() const override;

  /// The configuration that HAProxy is given: `port` serves, `control` takes runtime commands,
  /// `alive` says that it runs.
  static std::string Configuration(const RouterPlan& plan, std::uint16_t port,
                                   std::uint16_t control, std::uint16_t alive);
  /// Reads what "show stat" says of the servers, by their names.
  static std::map<std::string, std::map<std::string, std::string>> ParseStatistics(
      std::string_view csv);

 private:
  struct Slot {
    LoadTarget target;
    bool listed = false, draining = false;
  };

  HaproxyRouter(Rig& rig, RouterPlan plan) : rig_(rig), plan_(std::move(plan)) {}
  Result<std::string> Ask(const std::string& commands) const;
  static std::string NameOf(std::size_t slot);

  Rig& rig_;
  const RouterPlan plan_;
  std::uint16_t port_ = 0, control_ = 0;
  TimePoint started_;
  std::unique_ptr<Instance> haproxy_;
  std::vector<Slot> slots_;
};

}  // namespace twelve
