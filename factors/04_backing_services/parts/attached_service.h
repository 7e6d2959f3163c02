#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "factors/contracts/backing_service.h"
#include "factors/contracts/cache.h"
#include "factors/contracts/database.h"
#include "factors/contracts/job_queue.h"
#include "factors/contracts/object_storage.h"
#include "harness/base/mutex.h"

namespace twelve {

/// Stands for whatever is attached at the moment, so that another service can take its place while
/// requests go on. A use that has begun ends on the service that it began on.
///
/// Threads: any.
/// Owns:    the attached service, together with its uses.
/// Errors:  those of the attached one; kClosed at once when there is none.
template <typename Contract>
class AttachedService : public Contract {
 public:
  /// Puts `next` in the place of the one that it gives back; either may be null.
  std::shared_ptr<Contract> Exchange(std::shared_ptr<Contract> next) TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return std::exchange(current_, std::move(next));
  }
  std::shared_ptr<Contract> Current() const TWELVE_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return current_;
  }

  std::string place() const override {
    const auto current = Current();
    return current ? current->place() : std::string();
  }
  Status Connect(Duration timeout) override {
    return Use([timeout](Contract& service) { return service.Connect(timeout); });
  }
  void Disconnect() override {
    if (const auto current = Current()) current->Disconnect();
  }
  Status Check(Duration timeout) override {
    return Use([timeout](Contract& service) { return service.Check(timeout); });
  }
  std::vector<BackingFigure> Figures() const override {
    const auto current = Current();
    return current ? current->Figures() : std::vector<BackingFigure>();
  }

 protected:
  template <typename How>
  auto Use(const How& how) -> decltype(how(std::declval<Contract&>())) {
    const auto current = Current();
    if (current) return how(*current);
    return Error{
        ErrorCode::kClosed, "no " + std::string(ToString(this->kind())) + " is attached", {}, 0};
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<Contract> current_ TWELVE_GUARDED_BY(mutex_);
};

class AttachedDatabase final : public AttachedService<Database> {
 public:
  /// That of SQLite when none is attached; then no statement is run anyway.
  SqlDialect dialect() const override {
    const auto current = Current();
    return current ? current->dialect() : SqlDialect::kSqlite;
  }
  Result<SqlRows> Query(const std::string& sql, const std::vector<SqlValue>& values) override {
    return Use([&](Database& database) { return database.Query(sql, values); });
  }
  Status InTransaction(const std::function<Status(SqlConnection&)>& work) override {
    return Use([&](Database& database) { return database.InTransaction(work); });
  }
};

class AttachedCache final : public AttachedService<Cache> {
 public:
  Status Set(const std::string& key, const std::string& value, Duration time_to_live) override {
    return Use([&](Cache& cache) { return cache.Set(key, value, time_to_live); });
  }
  Result<bool> Replace(const std::string& key, const std::string& value,
                       Duration time_to_live) override {
    return Use([&](Cache& cache) { return cache.Replace(key, value, time_to_live); });
  }
  Result<std::optional<std::string>> Get(const std::string& key) override {
    return Use([&](Cache& cache) { return cache.Get(key); });
  }
  Result<bool> Remove(const std::string& key) override {
    return Use([&](Cache& cache) { return cache.Remove(key); });
  }
  Result<std::int64_t> Count(const std::string& prefix) override {
    return Use([&](Cache& cache) { return cache.Count(prefix); });
  }
};

class AttachedQueue final : public AttachedService<JobQueue> {
 public:
  Result<std::string> Put(const Job& job) override {
    return Use([&](JobQueue& queue) { return queue.Put(job); });
  }
  Result<std::optional<Job>> Take(const std::string& worker, Duration visibility,
                                  Duration at_most) override {
    return Use([&](JobQueue& queue) { return queue.Take(worker, visibility, at_most); });
  }
  Result<bool> Acknowledge(const Job& job, const std::string& worker,
                           const std::string& result) override {
    return Use([&](JobQueue& queue) { return queue.Acknowledge(job, worker, result); });
  }
  Result<bool> Return(const Job& job, const std::string& worker) override {
    return Use([&](JobQueue& queue) { return queue.Return(job, worker); });
  }
  Result<bool> Fail(const Job& job, const std::string& worker, const std::string& why) override {
    return Use([&](JobQueue& queue) { return queue.Fail(job, worker, why); });
  }
  Result<std::optional<JobStatus>> Find(const std::string& id) override {
    return Use([&](JobQueue& queue) { return queue.Find(id); });
  }
  Result<QueueDepth> Depth() override {
    return Use([](JobQueue& queue) { return queue.Depth(); });
  }
};

class AttachedStorage final : public AttachedService<ObjectStorage> {
 public:
  Status Put(const StoredObject& object) override {
    return Use([&](ObjectStorage& storage) { return storage.Put(object); });
  }
  Result<std::optional<StoredObject>> Get(const std::string& name) override {
    return Use([&](ObjectStorage& storage) { return storage.Get(name); });
  }
  Result<bool> Remove(const std::string& name) override {
    return Use([&](ObjectStorage& storage) { return storage.Remove(name); });
  }
  Result<std::vector<std::string>> List(int max) override {
    return Use([max](ObjectStorage& storage) { return storage.List(max); });
  }
};

}  // namespace twelve
