#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/03_config/parts/service_config.h"
#include "factors/04_backing_services/parts/database_url.h"
#include "factors/05_build_release_run/parts/release_identity.h"
#include "factors/06_processes/parts/sqlite_session_store.h"
#include "factors/07_port_binding/parts/http_server.h"
#include "factors/11_logs/parts/request_metrics.h"
#include "factors/service/part_choice.h"

namespace twelve {

/// The process type "web": puts the parts together, serves until it is asked to end, and tells
/// each turn as an event.
///
/// Threads: made, run and destroyed on the main thread, with `parts.termination` installed.
/// Owns:    the server, the session store and the events.
/// Errors:  what goes wrong before it serves is a sentence on stderr and exit code 69 or 78.
class WebProcess {
 public:
  /// `parts` must outlive it.
  WebProcess(PartChoice& parts, Environment environment, std::vector<std::string> violations);

  /// Blocks; the exit code.
  int Run();
  /// After Run: requests are still being served. The process must then end without destroying
  /// this, which would wait for them.
  bool HasRequestsInFlight() const;

 private:
  Status ReadConfig();
  Status Boot();
  std::vector<HttpRoute> Routes();
  void AddGauges();
  void MakeServer();
  int Serve(BoundPort port);
  void Observe(const RequestRecord& record);
  int Fail(int exit_code, const Error& error);
  void Started();
  void Stopped(int exit_code);

  PartChoice& parts_;
  const Environment environment_;
  const std::vector<std::string> violations_;
  const SystemClock clock_;
  const TimePoint start_ = clock_.Now();
  DrainState drain_;
  Settings settings_;
  ServiceConfig config_;
  DatabaseLocation database_;
  std::unique_ptr<EventSink> events_;
  std::unique_ptr<SqliteSessionStore> store_;
  RequestMetrics metrics_;
  std::unique_ptr<HttpServer> server_;  // last: its requests use all the others
};

}  // namespace twelve
