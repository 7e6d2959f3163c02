#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "factors/03_config/parts/api_key_guard.h"
#include "factors/03_config/parts/settings_reader.h"
#include "factors/04_backing_services/parts/backing_watch.h"
#include "factors/04_backing_services/parts/open_backing.h"
#include "factors/04_backing_services/parts/open_job_queue.h"
#include "factors/04_backing_services/parts/open_storage.h"
#include "factors/05_build_release_run/parts/release_identity.h"
#include "factors/07_port_binding/parts/server_options.h"
#include "factors/10_dev_prod_parity/parts/adapter_choice.h"
#include "factors/11_logs/parts/json_event_format.h"
#include "factors/12_admin_processes/parts/admin_tasks.h"
#include "factors/contracts/admin_host.h"
#include "factors/contracts/boot_step.h"
#include "factors/contracts/event_sink.h"
#include "factors/contracts/http.h"
#include "factors/contracts/item_store.h"
#include "factors/contracts/job_queue.h"
#include "factors/contracts/launch_style.h"
#include "factors/contracts/port_binder.h"
#include "factors/contracts/session_store.h"
#include "factors/contracts/termination.h"
#include "factors/contracts/web_server.h"
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

using MakesServer = std::function<std::unique_ptr<WebServer>(
    ServerOptions, std::vector<HttpRoute>, RequestObserver, const DrainState&, const Clock&)>;

/// Which implementation stands behind each contract. Made with the ones that keep the factors;
/// a violation puts another one in.
struct PartChoice {
  PartChoice();

  std::unique_ptr<LaunchStyle> launch;
  std::unique_ptr<TerminationHandling> termination;
  /// Hands the needs to `termination`, when it has any.
  std::function<void(const TerminationNeeds&)> configure_termination;
  std::function<std::unique_ptr<EventSink>(JsonEventFormat)> make_events;
  std::vector<std::unique_ptr<BootStep>> boot;         // of web
  std::vector<std::unique_ptr<BootStep>> worker_boot;  // of worker
  /// What stands between the routes and the server, the last one outermost.
  std::vector<std::function<std::vector<HttpRoute>(std::vector<HttpRoute>)>> route_wrappers;
  std::unique_ptr<PortBinder> binder;
  MakesServer make_server;
  /// Of each request; see ServerOptions.
  decltype(ServerOptions::trace) trace = MakeTraceContext;
  std::unique_ptr<SettingsReader> settings_reader;
  /// What the configuration serves.
  std::function<std::vector<HttpRoute>(const Settings&, const Environment&)> config_routes;
  std::unique_ptr<ApiKeyGuard> api_key_guard;
  NamesRelease name_release = NameRelease;
  std::unique_ptr<AdapterChoice> adapter_choice;
  DatabaseOpener open_database = OpenDatabase;
  CacheOpener open_cache = OpenCache;
  JobQueueOpener open_queue = OpenJobQueue;
  StorageOpener open_storage = OpenStorage;
  /// How backing services are looked after.
  WatchOptions watch;
  std::function<std::unique_ptr<ItemStore>(Database&, const Clock&)> make_items;
  std::function<std::unique_ptr<SessionStore>(Cache&, Duration time_to_live, const Clock&)>
      make_sessions;
  /// Of the database, before web serves.
  std::vector<std::function<Status(Database&, TerminationHandling&)>> database_boot;
  /// The queue that web puts jobs into.
  std::function<std::shared_ptr<JobQueue>(JobQueue& attached, Database&, const Clock&)> web_queue;
  /// What web does beside serving: nothing, in the end null.
  std::function<std::shared_ptr<void>(JobQueue&, EventSink&)> beside_web;
  std::unique_ptr<AdminHost> admin_host;
  DatabaseOpener open_admin_database = OpenDatabase;
  std::function<Status(const AdminRequest&, const AdminNeeds&)> run_admin_task = RunAdminTask;
};

}  // namespace twelve
