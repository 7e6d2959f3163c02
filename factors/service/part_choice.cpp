#include "factors/service/part_choice.h"

#include <unistd.h>

#include "factors/03_config/parts/service_config.h"
#include "factors/04_backing_services/parts/sql_item_store.h"
#include "factors/06_processes/parts/cache_session_store.h"
#include "factors/07_port_binding/parts/http_server.h"
#include "factors/07_port_binding/parts/tcp_port_binder.h"
#include "factors/09_disposability/parts/direct_launch.h"
#include "factors/09_disposability/parts/graceful_termination.h"
#include "factors/11_logs/parts/stdout_event_writer.h"
#include "factors/12_admin_processes/parts/one_off_host.h"

namespace twelve {

PartChoice::PartChoice()
    : launch(std::make_unique<DirectLaunch>()),
      make_events([](JsonEventFormat format) {
        return std::make_unique<StdoutEventWriter>(STDOUT_FILENO, std::move(format));
      }),
      binder(std::make_unique<TcpPortBinder>()),
      make_server([](ServerOptions options, std::vector<HttpRoute> routes, RequestObserver observer,
                     const DrainState& drain, const Clock& clock) {
        return std::make_unique<HttpServer>(std::move(options), std::move(routes),
                                            std::move(observer), drain, clock);
      }),
      settings_reader(std::make_unique<EnvironmentReader>()),
      config_routes(
          [](const Settings& settings, const Environment&) { return ConfigRoutes(settings); }),
      api_key_guard(std::make_unique<ConfiguredApiKeyGuard>()),
      adapter_choice(std::make_unique<SchemeAdapterChoice>()),
      make_items([](Database& database, const Clock& clock) {
        return std::make_unique<SqlItemStore>(database, clock);
      }),
      make_sessions([](Cache& cache, Duration time_to_live, const Clock& clock) {
        return std::make_unique<CacheSessionStore>(cache, time_to_live, clock);
      }),
      web_queue([](JobQueue& attached, Database&, const Clock&) {
        return std::shared_ptr<JobQueue>(&attached, [](JobQueue*) {});  // not ours to delete
      }),
      beside_web([](JobQueue&, EventSink&) { return nullptr; }),
      admin_host(std::make_unique<OneOffHost>()) {
  auto graceful = std::make_unique<GracefulTermination>();
  configure_termination = [it = graceful.get()](const TerminationNeeds& needs) {
    it->Configure({needs.drain_delay, needs.grace}, needs.drain, needs.events, needs.clock);
  };
  termination = std::move(graceful);
}

}  // namespace twelve
