#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "factors/03_config/parts/service_config.h"
#include "factors/05_build_release_run/parts/release_identity.h"
#include "factors/10_dev_prod_parity/parts/rollout_flags.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/termination.h"
#include "factors/service/part_choice.h"

namespace twelve {

/// What this process was told on its command line.
struct ProcessRole {
  std::string process_type;                // "web"
  std::vector<std::string> violations;     // in force; told in the first event
  std::vector<std::string> required = {};  // variables that have no default here
  bool may_attach = false;                 // clients may change what is attached
};

/// What all process types stand on, and none has to say again: the configuration, the stream of
/// events, the way to end, and the events that begin and end a life. One binary with one of these
/// under each process type is what makes their release and their config the same (factor XII).
///
/// Threads: made, begun and ended on the main thread; the accessors from any after Begin.
/// Owns:    the events and the configuration.
/// Errors:  what goes wrong before the process does its work is a sentence on stderr, an event as
///          soon as there are events, and an exit code.
class ServiceRuntime {
 public:
  /// `parts` must outlive it.
  ServiceRuntime(PartChoice& parts, Environment environment, ProcessRole role);

  /// Reads the configuration, opens the event stream and says "starting". An exit code when the
  /// configuration is not valid: nothing has been opened then.
  std::optional<int> Begin();
  /// Hands the drain's times to whoever handles SIGTERM. A process that nobody routes requests to
  /// passes no delay.
  void ConfigureTermination(Duration drain_delay);
  /// Says why there is nothing to run, on stderr and as an event; gives `exit_code` back.
  int Fail(int exit_code, const Error& error);
  /// Says "stopped" with what this process type counts; gives `exit_code` back.
  int End(int exit_code, const std::vector<EventField>& counted);

  PartChoice& parts() { return parts_; }
  const Environment& environment() const { return environment_; }
  const std::string& process_type() const { return role_.process_type; }
  bool may_attach() const { return role_.may_attach; }
  const Settings& settings() const { return settings_; }
  const ServiceConfig& config() const { return config_; }
  const FeatureFlags& flags() const { return flags_; }
  EventSink& events() { return *events_; }
  DrainState& drain() { return drain_; }
  const Clock& clock() const { return clock_; }
  Duration uptime() const { return clock_.Now() - start_; }
  ReleaseIdentity release() const;

 private:
  Status ReadConfig();

  PartChoice& parts_;
  const Environment environment_;
  const ProcessRole role_;
  const SystemClock clock_;
  const TimePoint start_ = clock_.Now();
  DrainState drain_;
  Settings settings_;
  ServiceConfig config_;
  RolloutFlags flags_;
  std::unique_ptr<EventSink> events_;
};

}  // namespace twelve
