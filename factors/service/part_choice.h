#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "factors/11_logs/parts/json_event_format.h"
#include "factors/contracts/boot_step.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/launch_style.h"
#include "factors/contracts/port_binder.h"
#include "factors/contracts/termination.h"
#include "harness/base/clock.h"

namespace twelve {

/// What termination handling may need that exists only once the configuration has been read.
struct TerminationNeeds {
  Duration drain_delay{};
  Duration grace{};
  DrainState& drain;
  EventSink& events;
  const Clock& clock;
};

/// Which implementation stands behind each contract. Made with the ones that keep the factors;
/// a violation puts another one in.
struct PartChoice {
  PartChoice();

  std::unique_ptr<LaunchStyle> launch;
  std::unique_ptr<TerminationHandling> termination;
  /// Hands the needs to `termination`, when it has any.
  std::function<void(const TerminationNeeds&)> configure_termination;
  std::function<std::unique_ptr<EventSink>(JsonEventFormat)> make_events;
  std::vector<std::unique_ptr<BootStep>> boot;
  std::unique_ptr<PortBinder> binder;
};

}  // namespace twelve
