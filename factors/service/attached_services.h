#pragma once

#include <memory>

#include "factors/04_backing_services/parts/backing_set.h"
#include "factors/contracts/cache.h"
#include "factors/contracts/database.h"
#include "factors/contracts/job_queue.h"
#include "factors/contracts/object_storage.h"
#include "factors/service/service_runtime.h"

namespace twelve {

/// The backing services that the configuration names, opened by their URLs and connected.
///
/// An embedded one (a file) that cannot be opened will not come by itself: that ends the process.
/// A server that is away may come back at any time: the process goes on without it, is not ready,
/// and is connected again as soon as the server is there.
///
/// Threads: Open and Connect on the main thread; the rest from any.
/// Owns:    the services.
/// Errors:  see Open and Connect.
class AttachedServices {
 public:
  /// kInvalid for a URL that names nothing that is known. `runtime` must outlive it.
  static Result<std::unique_ptr<AttachedServices>> Open(ServiceRuntime& runtime);

  /// All at the same time. Fails when an embedded service cannot be had.
  Status Connect();
  /// Is everything there, and is the schema this release's? A round trip to each.
  Status Check();

  Database& database() { return *database_; }
  Cache& cache() { return *cache_; }
  JobQueue& queue() { return *queue_; }
  /// Null when none is attached.
  ObjectStorage* storage() { return storage_; }
  BackingSet& set() { return set_; }

 private:
  explicit AttachedServices(ServiceRuntime& runtime);
  Status OpenAll();

  ServiceRuntime& runtime_;
  BackingSet set_;
  Database* database_ = nullptr;
  Cache* cache_ = nullptr;
  JobQueue* queue_ = nullptr;
  ObjectStorage* storage_ = nullptr;
};

}  // namespace twelve
