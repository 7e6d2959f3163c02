#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/11_logs/parts/request_metrics.h"
#include "factors/contracts/item_store.h"
#include "factors/contracts/port_binder.h"
#include "factors/contracts/session_store.h"
#include "factors/contracts/web_server.h"
#include "factors/service/attached_services.h"
#include "factors/service/service_runtime.h"

namespace twelve {

/// The process type "web": puts the parts together and serves HTTP until it is asked to end.
///
/// Threads: made, run and destroyed on the main thread, with the termination installed.
/// Owns:    the server and its backing services.
/// Errors:  see ServiceRuntime; exit code 69 or 78.
class WebProcess {
 public:
  /// `runtime` must outlive it.
  explicit WebProcess(ServiceRuntime& runtime) : runtime_(runtime) {}

  /// Blocks; the exit code. REQUIRES: the runtime has begun.
  int Run();
  /// After Run: requests are still being served. The process must then end without destroying
  /// this, which would wait for them.
  bool HasWorkInFlight() const;

 private:
  Status Boot();
  std::vector<HttpRoute> Routes();
  void AddGauges();
  void AddBackingFigures();
  void MakeServer();
  int Serve(BoundPort port);
  int Stopped(int exit_code);
  void Observe(const RequestRecord& record);

  ServiceRuntime& runtime_;
  std::unique_ptr<AttachedServices> services_;
  std::unique_ptr<SessionStore> sessions_;
  std::unique_ptr<ItemStore> items_;
  std::shared_ptr<JobQueue> queue_;
  std::shared_ptr<void> beside_;
  RequestMetrics metrics_;
  std::unique_ptr<WebServer> server_;  // last: its requests use all the others
};

}  // namespace twelve
