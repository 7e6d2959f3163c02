#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "factors/contracts/cache.h"
#include "factors/contracts/cancellation.h"
#include "factors/contracts/database.h"
#include "factors/contracts/job_queue.h"
#include "factors/contracts/object_storage.h"
#include "factors/service/service_runtime.h"

namespace twelve {

/// The backing services that the configuration names, opened by their URLs and connected.
///
/// An embedded one (a file) that cannot be opened will not come by itself: that ends the process.
/// A server that is away may come back at any time: the process goes on without it, is not ready,
/// and tries again until it is there.
///
/// Threads: Open and Connect on the main thread; the rest from any.
/// Owns:    the services, and a thread as long as one of them has not been there yet.
/// Errors:  see Open and Connect.
class AttachedServices {
 public:
  /// kInvalid for a URL that names nothing that is known. `runtime` must outlive it.
  static Result<std::unique_ptr<AttachedServices>> Open(ServiceRuntime& runtime);
  ~AttachedServices();

  /// Fails when an embedded service cannot be had.
  Status Connect();
  /// Is everything there, and is the schema this release's? A round trip to each.
  Status Check();

  Database& database() { return *database_; }
  Cache& cache() { return *cache_; }
  JobQueue& queue() { return *queue_; }
  /// Null when none is attached.
  ObjectStorage* storage() { return storage_.get(); }
  std::vector<BackingService*> all() const;

 private:
  explicit AttachedServices(ServiceRuntime& runtime) : runtime_(runtime) {}
  Status OpenAll();
  void KeepConnecting(std::vector<BackingService*> missing);

  ServiceRuntime& runtime_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<JobQueue> queue_;
  std::unique_ptr<ObjectStorage> storage_;
  Cancellation stop_;
  std::thread connecting_;
};

}  // namespace twelve
