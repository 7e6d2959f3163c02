#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/release/build_record.h"
#include "harness/release/store_directory.h"

namespace twelve {

/// The records and logs of a store's builds.
///
/// Threads: any. Owns: nothing. Errors: kNotFound, and kDenied for a record that was changed.
class BuildHistory {
 public:
  explicit BuildHistory(const StoreDirectory& store) : store_(store) {}

  /// A directory and a record with the next number.
  Result<BuildRecord> Begin(BuildRecord record) const;
  Status Write(const BuildRecord& record) const;
  /// By number. A build that says it runs, and whose program is gone, was interrupted.
  Result<std::vector<BuildRecord>> All() const;
  std::string LogFile(int number, const std::string& step) const;
  std::string ManifestFile(int number) const;

 private:
  const StoreDirectory& store_;
};

}  // namespace twelve
