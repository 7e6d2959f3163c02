#pragma once

#include <memory>
#include <string>
#include <vector>

#include "factors/04_backing_services/parts/backing_options.h"
#include "factors/04_backing_services/parts/connection_pool.h"
#include "factors/04_backing_services/parts/s3_client.h"
#include "factors/contracts/object_storage.h"

namespace twelve {

/// Factor IV: a bucket of an S3-compatible object store, wherever it is.
///
/// Threads: any; each request has a client of its own.
/// Owns:    the clients.
/// Errors:  those of ObjectStorage.
class S3Storage final : public ObjectStorage {
 public:
  /// The clock must outlive it.
  S3Storage(S3Location location, const BackingOptions& options, const Clock& clock);

  std::string place() const override { return place_; }
  Status Connect(Duration timeout) override { return pool_.Connect(timeout); }
  void Disconnect() override { pool_.Disconnect(); }
  /// Asks for the bucket: a wrong key or name fails here and not at the first use.
  Status Check(Duration timeout) override;
  std::vector<BackingFigure> Figures() const override { return pool_.Figures(); }

  Status Put(const StoredObject& object) override;
  Result<std::optional<StoredObject>> Get(const std::string& name) override;
  Result<bool> Remove(const std::string& name) override;
  Result<std::vector<std::string>> List(int max) override;

 private:
  using Pool = ConnectionPool<S3Client>;

  Result<std::unique_ptr<S3Client>> Open(Duration timeout) const;
  Status Probe(S3Client& client, Duration timeout) const;
  Result<S3Answer> Send(const S3Client::Request& request);
  Error Refused(const S3Answer& answer) const;

  const S3Location location_;
  const std::string place_;
  const Duration timeout_;
  Pool pool_;
};

}  // namespace twelve
