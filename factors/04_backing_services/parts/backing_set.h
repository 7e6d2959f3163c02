#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/attached_service.h"
#include "factors/04_backing_services/parts/backing_watch.h"
#include "factors/contracts/event_sink.h"
#include "harness/base/clock.h"

namespace twelve {

/// Factor IV: the backing services of one process, by name. Each can be detached, and another one
/// attached in its place by its URL, while the process runs; the code that uses it never learns.
///
/// Threads: Add… before ConnectAll, from one; all else from any.
/// Owns:    the services and a thread for each.
/// Errors:  Attach and Detach: kNotFound for a name that nobody added.
class BackingSet {
 public:
  template <typename Contract>
  using Opener = std::function<Result<std::unique_ptr<Contract>>(const std::string& url)>;

  /// Both must outlive it.
  BackingSet(WatchOptions options, EventSink& events, const Clock& clock);
  ~BackingSet();
  BackingSet(const BackingSet&) = delete;
  BackingSet& operator=(const BackingSet&) = delete;

  /// What they return stands for whatever is attached under that name, for as long as the set
  /// lives. `open` is kept for later attachments. Errors: those of `open`.
  Result<Database*> AddDatabase(const std::string& name, const std::string& url,
                                Opener<Database> open);
  Result<Cache*> AddCache(const std::string& name, const std::string& url, Opener<Cache> open);
  Result<JobQueue*> AddQueue(const std::string& name, const std::string& url,
                             Opener<JobQueue> open);
  Result<ObjectStorage*> AddStorage(const std::string& name, const std::string& url,
                                    Opener<ObjectStorage> open);

  /// Connects all at the same time and goes on looking after them. What is known of each after
  /// `timeout` at the latest; one that is not up is tried again in the background.
  std::vector<BackingReport> ConnectAll(Duration timeout);
  /// Disconnects all at the same time, when their uses have ended.
  void DisconnectAll();
  /// A round trip to each, at the same time.
  std::vector<BackingReport> CheckAll(Duration timeout);
  /// What is known; waits for nothing.
  std::vector<BackingReport> Reports() const;
  /// CheckAll for a readiness probe: well when all are up, else names the first that is not.
  Status Ready(Duration timeout);

  /// Uses that are going on end on the old service; new ones fail at once until Attach.
  Status Detach(const std::string& name);
  /// Puts the service at `url` in the place of the one that is attached. Waits up to `timeout`
  /// until it is up. Errors: kInvalid for the URL, which changes nothing.
  Result<BackingReport> Attach(const std::string& name, const std::string& url, Duration timeout);

 private:
  struct Entry {
    std::unique_ptr<BackingService> service;
    /// Opens the URL; the result puts it in the place of what is there. Null for nothing.
    std::function<Result<std::function<void()>>(const std::string* url)> prepare;
    std::unique_ptr<BackingWatch> watch;  // last: its thread uses the service
  };

  template <typename Attached, typename Contract>
  Result<Contract*> Add(const std::string& name, const std::string& url, Opener<Contract> open);
  Entry* Find(const std::string& name);
  std::vector<BackingReport> WaitForAll(const std::vector<std::uint64_t>& asked, Duration timeout);

  const WatchOptions options_;
  EventSink& events_;
  const Clock& clock_;
  Mutex changing_;  // one Attach, Detach or DisconnectAll at a time
  std::vector<Entry> entries_;
};

}  // namespace twelve
