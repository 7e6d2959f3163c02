#include "factors/service/web_switches.h"

#include "factors/07_port_binding/parts/careless_port_binders.h"
#include "factors/07_port_binding/parts/careless_port_values.h"
#include "factors/07_port_binding/parts/careless_routes.h"
#include "factors/07_port_binding/parts/fastcgi_server.h"
#include "factors/11_logs/parts/careless_metrics.h"

namespace twelve {
namespace {

template <typename Binder>
void Bind(PartChoice& parts) {
  parts.binder = std::make_unique<Binder>(std::move(parts.binder));
}

void BindLateAgain(PartChoice& parts) {
  parts.binder = std::make_unique<WaitingPortBinder>();
}

/// Reads settings from an environment that has been changed.
class ChangingReader final : public SettingsReader {
 public:
  ChangingReader(std::unique_ptr<SettingsReader> inner, void (*change)(Environment&))
      : inner_(std::move(inner)), change_(change) {}
  Result<Settings> Read(std::span<const SettingRow> schema,
                        const Environment& environment) override {
    Environment changed = environment;
    change_(changed);
    return inner_->Read(schema, changed);
  }

 private:
  std::unique_ptr<SettingsReader> inner_;
  void (*change_)(Environment&);
};

template <void (*change)(Environment&)>
void Read(PartChoice& parts) {
  parts.settings_reader =
      std::make_unique<ChangingReader>(std::move(parts.settings_reader), change);
}

template <std::vector<HttpRoute> (*change)(std::vector<HttpRoute>)>
void Route(PartChoice& parts) {
  parts.route_wrappers.emplace_back(change);
}

void SpeakFastCgi(PartChoice& parts) {
  parts.make_server = [](const ServerOptions&, std::vector<HttpRoute> routes,
                         RequestObserver observer, const DrainState&, const Clock&) {
    return std::make_unique<FastCgiServer>(std::move(routes), std::move(observer));
  };
}

void DropTrace(PartChoice& parts) {
  parts.trace = DropTraceContext;
}

constexpr ViolationSwitch kSwitches[] = {
    {"bad-metrics", Route<BreakMetrics>},
    {"bind-loopback", Bind<LoopbackPortBinder>},
    {"debug-port", Bind<DebugPortBinder>},
    {"drop-traceparent", DropTrace},
    {"fastcgi-only", SpeakFastCgi},
    {"hardcode-port", Bind<HardcodedPortBinder>},
    {"ignore-listen-error", Bind<UncheckedPortBinder>},
    {"no-health", Route<DropHealth>},
    {"no-reuseaddr", BindLateAgain},
    {"openapi-drift", Route<DropDocumented>},
    {"port-fallback", Bind<FallbackPortBinder>},
    {"port-nan-default", Read<TakePortLikeAtoi>},
    {"port-random-default", Read<TakeAnyPortByDefault>},
    {"serves-dotenv", Route<ServeWorkingDirectory>},
    {"stacktrace-500", Route<ShowInternals>},
};

}  // namespace

std::span<const ViolationSwitch> WebSwitches() {
  return kSwitches;
}

}  // namespace twelve
