#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/result.h"
#include "harness/release/release.h"
#include "harness/release/store_directory.h"

namespace twelve {

/// One version of a parameter.
struct ParameterVersion {
  int version = 0;  // from 1
  std::string value;
  bool secure = false;  // encrypted on the disk, masked on the screen
  std::string created;  // "2024-05-01T12:00:07Z"
};

struct Parameter {
  std::string path;                        // "/app/database/host"
  std::vector<ParameterVersion> versions;  // oldest first; never empty
  const ParameterVersion& current() const { return versions.back(); }
};

/// kInvalid unless it is "/" and parts of letters, digits, "_", "-" and "." with "/" between them,
/// at most 15 parts and 1011 characters.
Status CheckParameterPath(std::string_view path);

/// The name of the variable that a parameter becomes: what follows `prefix`, in capitals, with "_"
/// for everything else. "/app/database/host" below "/app/" is DATABASE_HOST.
Result<std::string> VariableNameOf(std::string_view path, std::string_view prefix);

/// Values of a tree as config. kInvalid when two paths become one name.
Result<Config> ConfigFrom(const std::vector<Parameter>& parameters, std::string_view prefix);

/// Values by path, each with all its versions. A process never reads from here: values reach it as
/// environment of a release.
///
/// Threads: any; several programs may use one store at a time.
/// Owns:    nothing.
/// Errors:  kNotFound for an unknown path or version; kDenied when a record was changed by somebody
///          else.
class ParameterStore {
 public:
  ParameterStore(const StoreDirectory& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// A new version. Once secure, a parameter stays so.
  Result<Parameter> Put(const std::string& path, const std::string& value, bool secure) const;
  Result<Parameter> Get(const std::string& path) const;
  /// Those whose path begins with `prefix`, sorted; "/" is all.
  Result<std::vector<Parameter>> List(std::string_view prefix) const;
  /// With its history.
  Status Delete(const std::string& path) const;

 private:
  std::string RecordOf(const std::string& path) const;
  Result<Parameter> Read(const std::string& record) const;
  Result<ParameterVersion> ReadVersion(const nlohmann::json& row, const std::string& path) const;

  const StoreDirectory& store_;
  const Clock& clock_;
};

}  // namespace twelve
