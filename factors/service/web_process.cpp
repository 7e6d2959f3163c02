#include "factors/service/web_process.h"

#include <fmt/format.h>

#include "factors/02_dependencies/parts/dependency_routes.h"
#include "factors/04_backing_services/parts/backing_routes.h"
#include "factors/04_backing_services/parts/file_routes.h"
#include "factors/04_backing_services/parts/item_routes.h"
#include "factors/04_backing_services/parts/job_routes.h"
#include "factors/06_processes/parts/process_info.h"
#include "factors/06_processes/parts/session_routes.h"
#include "factors/07_port_binding/parts/openapi_document.h"
#include "factors/09_disposability/parts/health_routes.h"
#include "factors/11_logs/parts/process_figures.h"
#include "factors/11_logs/parts/request_events.h"
#include "factors/service/exit_code.h"
#include "factors/service/practice_routes.h"

namespace twelve {
namespace {

template <typename Routes>
void Append(std::vector<HttpRoute>& all, Routes&& routes) {
  all.insert(all.end(), std::make_move_iterator(routes.begin()),
             std::make_move_iterator(routes.end()));
}

}  // namespace

bool WebProcess::HasWorkInFlight() const {
  return server_ && server_->Open() > 0;
}

int WebProcess::Run() {
  runtime_.ConfigureTermination(runtime_.config().drain_delay);
  if (const Status status = Boot(); !status) {
    return runtime_.Fail(kExitUnavailable, status.error());
  }
  PartChoice& parts = runtime_.parts();
  if (parts.termination->WaitForRequest(Duration::zero())) return Stopped(0);
  MakeServer();
  Result<BoundPort> port = parts.binder->Bind(runtime_.config().host, runtime_.config().port);
  if (!port) {
    const bool wrong = port.error().code == ErrorCode::kInvalid;
    return runtime_.Fail(wrong ? kExitConfig : kExitUnavailable, port.error());
  }
  return Serve(std::move(port).value());
}

Status WebProcess::Boot() {
  PartChoice& parts = runtime_.parts();
  for (const std::unique_ptr<BootStep>& step : parts.boot) {
    if (Status status = step->Run(*parts.termination); !status) return status;
  }
  auto services = AttachedServices::Open(runtime_);
  if (!services) return services.error();
  services_ = std::move(services).value();
  if (Status status = services_->Connect(); !status) return status;
  for (const auto& step : parts.database_boot) {
    if (Status status = step(services_->database(), *parts.termination); !status) return status;
  }
  const Clock& clock = runtime_.clock();
  sessions_ = parts.make_sessions(services_->cache(), runtime_.config().session_ttl, clock);
  items_ = parts.make_items(services_->database(), clock);
  queue_ = parts.web_queue(services_->queue(), services_->database(), clock);
  beside_ = parts.beside_web(*queue_, runtime_.events());
  return {};
}

std::vector<HttpRoute> WebProcess::Routes() {
  const ServiceConfig& config = runtime_.config();
  std::vector<HttpRoute> routes = PracticeRoutes(config.service_name);
  Append(routes, HealthRoutes(runtime_.drain(), [this] { return services_->Check(); }));
  Append(routes, VersionRoutes(runtime_.release()));
  Append(routes, runtime_.parts().config_routes(runtime_.settings(), runtime_.environment()));
  if (config.telemetry) Append(routes, metrics_.Routes());
  Append(routes, ProcessRoutes(runtime_.process_type(), config.release_id, runtime_.clock()));
  Append(routes, SessionRoutes(*sessions_));
  Append(routes, ItemRoutes(*items_));
  Append(routes, JobRoutes(queue_.get()));
  Append(routes, FileRoutes(services_->storage()));
  Append(routes, BackingRoutes(services_->set(), runtime_.may_attach()));
  Append(routes, FlagRoutes(runtime_.flags()));
  Append(routes, DependencyRoutes(OwnMaps));
  routes = runtime_.parts().api_key_guard->Guard(std::move(routes), runtime_.settings());
  routes = WithOpenApi({config.service_name, config.release_id}, std::move(routes));
  for (const auto& wrap : runtime_.parts().route_wrappers) routes = wrap(std::move(routes));
  return routes;
}

void WebProcess::AddGauges() {
  metrics_.Add({"http_open_connections", "gauge", "Connections that are open.",
                [this] { return static_cast<double>(server_->Open()); }});
  metrics_.Add({"events_dropped_total", "counter", "Events that nobody read in time.",
                [this] { return static_cast<double>(runtime_.events().Dropped()); }});
  metrics_.Add({"process_uptime_seconds", "gauge", "Since the process started.",
                [this] { return ToSeconds(runtime_.uptime()); }});
  const auto started = std::chrono::duration_cast<WallTime::duration>(runtime_.uptime());
  for (RequestMetrics::Gauge& figure : ProcessFigures(runtime_.clock().WallNow() - started)) {
    metrics_.Add(std::move(figure));
  }
}

void WebProcess::AddBackingFigures() {
  for (const BackingReport& known : services_->set().Reports()) {
    metrics_.AddBacking(known.name, [this, name = known.name] {
      for (const BackingReport& report : services_->set().Reports()) {
        if (report.name == name) return report.figures;
      }
      return std::vector<BackingFigure>();
    });
  }
  metrics_.AddBacking("jobs", [this]() -> std::vector<BackingFigure> {
    const Result<QueueDepth> depth = queue_->Depth();
    if (!depth) return {};
    return {{"queued", static_cast<double>(depth->queued)},
            {"running", static_cast<double>(depth->running)},
            {"done", static_cast<double>(depth->done)},
            {"failed", static_cast<double>(depth->failed)}};
  });
}

void WebProcess::MakeServer() {
  AddGauges();
  AddBackingFigures();
  ServerOptions options;
  options.headers = ReleaseHeaders(runtime_.release());
  options.trace = runtime_.parts().trace;
  server_ = runtime_.parts().make_server(
      std::move(options), Routes(), [this](const RequestRecord& record) { Observe(record); },
      runtime_.drain(), runtime_.clock());
}

int WebProcess::Serve(BoundPort port) {
  const std::string host =
      port.host.find(':') == std::string::npos ? port.host : "[" + port.host + "]";
  server_->Start(std::move(port.listener));
  runtime_.events().Write({"listening",
                           {{"host", port.host},
                            {"port", std::int64_t{port.port}},
                            {"url", fmt::format("http://{}:{}", host, port.port)},
                            {"startup_ms", ToMs(runtime_.uptime())}}});
  return Stopped(runtime_.parts().termination->Run(*server_));
}

void WebProcess::Observe(const RequestRecord& record) {
  metrics_.Observe(record);
  RequestEvents(runtime_.events(), runtime_.drain()).Observe(record);
}

int WebProcess::Stopped(int exit_code) {
  const std::uint64_t answered = server_ ? server_->Answered() : 0;
  return runtime_.End(exit_code, {{"requests_answered", static_cast<std::int64_t>(answered)}});
}

}  // namespace twelve
